"""Why a number in a text may be no value of what it seems to be of: doubt is the rule, and only a plain statement is none.

A number is plain where a noun of it or a verb of having it stands right before it, or its noun right behind it, and nothing
in the sentence aims, misses, denies or looks ahead, and nothing in the clause tells of a change or of a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Stands for a subject or a period that was cut out of the text before a number.
MARK = "\x01"

_AIM = re.compile(
    r"\b(?:targets?|targeted|targeting|goals?|aim(?:s|ed|ing)?|plan(?:s|ned|ning)?|wants?|wanted|hop(?:es|ed|ing)|seeks?|seeking"
    r"|expect(?:s|ed|ing|ations?)?|forecasts?|project(?:s|ed|ions?)|guidance|estimates|predict(?:s|ed)?|outlook|prepar(?:es|ing)"
    r"|would|will|should|shall|if|unless|until|before|potential|possible|proposed|ambitions?|pledges?|vows?|promises?|toward|towards"
    r"|on track|on course|ahead of|next (?:year|quarter|month)|future|soon|one day|ready to|set to|worth pursuing|seen (?:as|at)"
    r"|not|never|no longer|without|miss(?:es|ed|ing)?|fail(?:s|ed|ing)?|fell short|falls short|short of|shy of|lack(?:s|ed)?|hardly"
    r"|despite|instead|founded|established|rather|far from|away from|nor|neither|since|as early as)\b|\w+n't\b|'ll\b"
    r"|(?<!up )(?<!according )(?<!compared )\bto (?=[a-z])"
    r"(?!(?:about|around|over|nearly|more|almost|roughly|some|date|just|a|an|the|us|usd|rmb|cny|hk)\b)"
    # A month that is named without its year may be the next one.
    r"|\bby (?:the )?(?:year|mid|next|(?:end of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?! (?:\d\d?,? )?(?:19|20)\d\d))"
    r"|目标|指标|计划|规划|拟|预计|预期|预测|预估|有望|将(?!近)|争取|力争|力求|瞄准|冲击|冲刺|指引|展望|愿景|未|没|不(?!到|足|超|低于|少于|高于)"
    r"|并非|低于预期|差|无法|难以|若|如果|假如|一旦|(?<![主重简纲摘])要(?!闻)|(?<![理联思])想|希望|打算|寻求|谋求|准备|筹备|剑指|挑战|"
    r"(?:年|月|季度)[底末]?前(?![一二两三四五六七八九十\d])|成立|创立|创办|迈向|距离|承诺|志在|即将|明年|后年|年内|以来|之前|缺口|失守|仅剩"
)
#: Grown to a sum, or fallen to it: then the sum behind is what stands, where it is the only one.
_MOVED_TO = re.compile(
    r"(?:\b(?:ris(?:es|ing)|rose|gr(?:ew|ows)|climb(?:s|ed)|jump(?:s|ed)|increase[sd]?|f(?:alls|ell)|drop(?:s|ped)|decline[sd]?"
    r"|surge[sd]?|soar(?:s|ed)) to|(?:增长?|上?升|上?涨|下?跌|下?降|提升|扩大)(?:至|到了?))"
    r"(?=[^a-z\u4e00-\u9fff]*(?:over|about|nearly|more than|us|rmb|超过?|逾|约|近)?\W*$)"
)
_PART = re.compile(
    r"\b(?:up(?! to)|down|ris(?:es?|en|ing)|rose|gr(?:ow(?:s|n|th|ing)?|ew)|increas(?:es?|ed|ing)|gain(?:s|ed)?|climb(?:s|ed)?"
    r"|jump(?:s|ed)?|surg(?:es?|ed)|soar(?:s|ed)?|add(?:s|ed|ing|itional)?|extra|another|more(?! than)"
    r"|los(?:es?|t|s|ses|ing)|drop(?:s|ped)?"
    r"|fall(?:s|en)?|fell|declin(?:es?|ed)|shr(?:ink|inks|ank|unk)|cut(?:s|ting)?|slash(?:es|ed)?|s[ai]nks?|plung(?:es?|ed)"
    r"|slump(?:s|ed)?|tumbl(?:es?|ed)"
    r"|slid|halv(?:es?|ed)|doubl(?:es?|ed)|tripl(?:es?|ed)|swing|chang(?:es?|ed)|differ(?:s|ence)|discount|premium|gap|per|each"
    r"|averag(?:es?|ed)"
    r"|half|quarter of|part of|portion|share of|of which|including|excluding|segment|division|unit|overseas|domestic|abroad|new|top|only"
    r"|paid|paying|(?:monthly|weekly|daily|quarterly)\s(?:revenue|sales|recurring))\b"
    r"|[月季日周](?:营收|收入|销售额)|付费|订阅|同比|环比|增|减|涨|跌|降|升(?!级)|缩水|蒸发|流失|下滑|扩大|缩小|上调|下调|翻|多出|追加|新(?=用户|终端|设备|车|客户|订单)|人均|月均|日均|平均|单[月季日店]|每|差额"
    r"|其中|占|部分|海外|境外|国内|境内|地区|业务|板块|部门|子公司|旗下|单项|亏|毛利|成本|净(?!值)|仅"
)
_MATTER = re.compile(
    r"[?？]|\b(?:outages?|ban(?:s|ned)?|leak(?:s|ed)?|breach(?:es|ed)?|stolen|hack(?:s|ed|ers)?|affect(?:s|ed)?|whether|once|previously|former(?:ly)?"
    r"|market(?! (?:cap|value))|industry|sector|rivals?|competitors?)\b"
    r"|宕机|故障|泄露|封禁|窃取|影响|是否|吗|质疑|曾|一度|此前|市场(?!价值)|行业|赛道|产业|对手"
)

#: Loops that give nothing back (`*+`): a hostile text must not make them try every way.
_GLUE = (
    r"(?:[\s:：\x01]|约为?|大约|近|将近|接近|超[过出]?|逾|突破|破|达到?了?|已|为|是|有|了|至少|不低于|不少于|高于|不到|不足|不超过|低于|共计?|合计|总计|累计|高达|仍|现"
    r"|至|到|在|稳定在|增长?至|升至|涨至|跌至|降至|提升至|扩大至"
    r"|\b(?:of|at|is|are|was|were|now|has|have|had|been|stands|stood|reach(?:es|ed)?|hits?|over|about|around|nearly|almost|roughly|"
    r"between|some|an?|the|more|less|than|least|approximately|estimated|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|pass(?:es|ed)|topp?(?:s|ed)"
    r"|totall?ed|amounted|came|to|under|up|already|close|us|"
    r"rose|grew|climbed|jumped|fell|dropped|rises|grows|climbs|falls|increased)\b|[~≈><=≥≤]|\()*+"
)
_LEAD = (
    r"(?:[\s|:：\"“'(\x01]|的|其|公司|集团|目前|当前|最新|现|已|投前|投后|整体|总体|总|年化|年度?|全年|实现|录得|取得|创造|本轮|此轮|融资后?|以|按|在|财年|经常性"
    r"|\b(?:annual(?:i[sz]ed)?|total|full-year|yearly|its|their|the|an?|post-money|pre-money|post(?:s|ed)?|latest|current|with|report(?:s|ed)?"
    r"|book(?:s|ed)?|has|had|on|at|in|of|for|was|is|be|and|now|whose|which|company|company's|firm|startup|overall|'s|s|been|being|currently"
    r"|recurring|whole|year|fiscal)\b)*+"
)
#: Where the words before a noun may begin: `raised $717 million at a valuation of`, 完成B轮融资后估值.
_START = rf"(?:^|{MARK}|\bat\b|\bwith\b|轮融资后?)"
_NOUNS = {
    "valuation": r"(?:估值|身价|市值|\b(?:valuations?|valued|market cap(?:itali[sz]ation)?|market value|worth)\b)",
    "revenue": r"(?:营业收入|营收|收入|营业额|销售额|\b(?:revenues?|sales|arr|run[- ]rate)\b)",
}
#: What may stand right before a number whose noun stands behind it, or whose noun is its unit.
_VERBS = (
    r"(?:拥有|覆盖|搭载|服务|接入|触达|拿下|获得?|完成|融资|募资|筹资|投资|用户数?|终端|设备|手机|汽车|车辆|日活|月活|周活|参数量?|员工|下载量?|出货量|装机量|销量|数量?|规模"
    r"|\b(?:has|have|had|having|with|counts|serves|serving|powers?|powering|runs? on|(?:is|are|now) [io]n|installed on|deployed on"
    r"|shipped on|used by"
    r"|reach(?:es|ed)?|hits?|pass(?:es|ed)|topp(?:ed|ing)|tops|surpass(?:es|ed)|exceed(?:s|ed)|cross(?:es|ed)|book(?:s|ed)|report(?:s|ed)|post(?:s|ed)|earn(?:s|ed)"
    r"|generat(?:es|ed)|made|record(?:s|ed)|raises?|raised|raising|closes|closed|secures|secured|bags|lands|invests|invested|at|of|covers|covered"
    r"|users?|devices|vehicles|phones|cars|terminals|employees|people|parameters)\b)"
)
_BEHIND = {
    "valuation": re.compile(
        r"\s?(?:的)?(?:级)?(?:投前|投后)?(?:估值|市值)|\s?(?:post-money |pre-money |market )?(?:valuation|market cap)"
    ),
    "revenue": re.compile(
        r"\s?(?:的)?(?:年度?|全年|总)?(?:营收|收入|销售额)(?!增|目标)"
        r"|\s?(?:in |of )?(?:total |annual |full-year |annual recurring )?(?:revenue|sales)\b(?! from|\sof)"
    ),
}
#: Money values somebody at a sum.
_VALUES = re.compile(rf"\bvalu(?:es|ed|ing) (?:{MARK}|it|the (?:company|startup|firm)) ?at{_GLUE}$")


def doubt_of(role: str, sentence: str, sides: tuple[str, str, str], words: Iterable[str]) -> str:
    """What in the words around a number speaks against it as a value, in words; "" where nothing does.

    All is folded text with a MARK for each subject: its sentence, and of its clause what stands before the number, the number with
    its noun, and what stands behind, where periods are MARKs too. `words` are declared to be of the value: they raise no doubt, and stand
    for its noun.
    """
    own = sorted((word.casefold() for word in words if word), key=len, reverse=True)
    whole, head, number, tail = (_without(own, text) for text in (sentence, *sides))
    if found := _AIM.search(whole):
        return f"an aim, a miss, a denial or a time to come may be meant: {found[0].strip()!r}"
    if found := _MATTER.search(whole):
        return f"something else may be told of it: {found[0].strip()!r}"
    moved = _MOVED_TO.search(head)
    clause = f"{head[: moved.start()] if moved else head} {number} {tail}"
    if found := _PART.search(clause):
        return f"a change or a part may be meant: {found[0].strip()!r}"
    return "" if _is_plain(role, sides[0], sides[2], own) else "what it is a number of does not stand right beside it"


def _without(words: Iterable[str], text: str) -> str:
    for word in words:
        text = text.replace(word, " ")
    return text


def _is_plain(role: str, before: str, behind: str, words: Iterable[str]) -> bool:
    """Whether a noun of the number, a declared word or a verb of having stands right at it."""
    if role in _NOUNS:
        if re.search(rf"{_START}{_LEAD}{_NOUNS[role]}{_GLUE}$", before):
            return True
        if role == "valuation" and _VALUES.search(before):
            return True
        held = re.search(rf"(?:^|[\s{MARK}]|{_VERBS}|以|按){_GLUE}$", before)
        return bool(_BEHIND[role].match(behind) and held) or _declared(words, before)
    return bool(re.search(f"{_VERBS}{_GLUE}$", before)) or _declared(words, before)


def _declared(words: Iterable[str], before: str) -> bool:
    nouns = "|".join(re.escape(word) for word in words)
    return bool(nouns) and bool(re.search(rf"(?:{nouns})(?:{'|'.join(_NOUNS.values())})?{_GLUE}$", before))
