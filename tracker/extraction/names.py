"""Names that nobody declared: products with their versions, and people beside a word that says they left or came."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from tracker.extraction.folding import is_cjk

Span = tuple[int, int]

_TOKEN = r"[A-Za-z][A-Za-z0-9]*(?:[-.+][A-Za-z0-9]+)*\+?"
_NUMBER = r"v?\d+(?:\.\d+){0,3}[A-Za-z]{0,2}"
#: Up to three capitalised words, a number, and the words that tell variants apart.
_TAIL = (
    "flash|pro|max|mini|ultra|plus|turbo|lite|air|preview|realtime|tts|asr|audio|video|image|coder|code|vl|omni|thinking|instruct|"
    "reasoning|nano|base|edit|vision|high|sol|fast|large|small|medium|opus|sonnet|haiku|oss|multimodal|agent|beta|chat|speed"
)
_VERSIONED = re.compile(
    rf"(?<![A-Za-z0-9.$¥€£])(?:[A-Z][A-Za-z0-9]*[- ]){{0,2}}(?:[A-Z][A-Za-z]*[- ]?{_NUMBER}|[A-Z][A-Za-z]+[0-9][A-Za-z0-9]*)"
    rf"(?:[- ](?:(?i:{_TAIL})|\d{{2,4}}[BbMm]?)(?![A-Za-z]))*(?![0-9%])"
)
_CHINESE_VERSION = re.compile(r"[\u4e00-\u9fff]{2}\d{1,2}\.\d{1,2}(?![\d.])")
_LATIN_RUN = re.compile(rf"{_TOKEN}(?:[ -](?:[A-Z0-9][A-Za-z0-9.+-]*))*")
_QUOTED_CHINESE = re.compile(r"[“”「『\"]([\w .+-]{2,16})[”“」』\"]")
#: A name in capitals right behind a verb, with nothing behind it that would make it somebody's attribute.
_COINED = re.compile(
    r" (?:the )?([A-Z][A-Za-z0-9.+-]*(?: [A-Z0-9][A-Za-z0-9.+-]*){0,3})"
    r"(?=\s*$|[,:;]|\s(?:-|–|—|for|to|with|on|as|in|at|and|by|from|into|across|its)\s)"
)
_QUOTED = re.compile(r"(?<![A-Za-z])['\"]([A-Z][A-Za-z0-9 .+-]{1,24})['\"](?![A-Za-z])")
_NO_VERSION = re.compile(
    r"^(?:[qh][1-4]|fy\d+|[a-h]\d?|\d+[gkd]|b2[bc]|.*(?:19|20)\d\d|covid.*|series.*|.*\b\d+(?:st|nd|rd|th|x|k|m|bn|b)$)$",
    re.IGNORECASE,
)
_UNIT_AFTER = "亿万千元年月日个人台倍笔轮款家天周岁号届项大点小%％"
_PLAIN_NAMES = frozenset(
    "ai api ipo ceo cto cfo coo app gpu cpu llm vc pr hr it tv pc ev us uk eu un arr capex b2b b2c cli mcp sdk agent agents token tokens"
    " harness coding plan pre nas cfd usb wifi seed gpt iot saas hk".split()
)

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦"
    "江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边印闫佟艾蓝"
)
_ADVERBS = tuple("宣布 正式 已 将 拟 也 或 被曝 官宣 确认 即将 集中 相继 突然 据悉 近日 已经 今日 于 从".split())
_LATIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.)? (?:de |van |von )?[A-Z][A-Za-z'-]+$")
_NAME_AFTER = re.compile(r" ([A-Z][a-z]+(?: [A-Z]\.)? [A-Z][A-Za-z'-]+)(?![A-Za-z])")


def versions(text: str, start: int, end: int) -> list[Span]:
    """Names with a version in a (cased) segment: GLM-5.3, Step 3.5 Flash, M3."""
    found = []
    for match in _VERSIONED.finditer(text, start, end):
        name, after = match.group(), text[match.end() : match.end() + 1]
        words = name.split()
        bare = _NO_VERSION.match(words[-1]) and not any(ch.isalpha() for ch in words[0])
        if not (bare or (after and after in _UNIT_AFTER) or _NO_VERSION.match(name)):
            found.append(match.span())
    return found


def chinese_versions(text: str, start: int, end: int, cuts: Collection[int]) -> list[Span]:
    """Versions behind a Chinese name, with its last two characters: 青鸟3.0. A name does not reach over a verb's end."""
    found = []
    for match in _CHINESE_VERSION.finditer(text, start, end):
        begin = max([match.start(), *(cut for cut in cuts if match.start() < cut <= match.start() + 2)])
        after = text[match.end() : match.end() + 1]
        if begin < match.start() + 2 and not (after and (after in _UNIT_AFTER or after.isdigit())):
            found.append((begin, match.end()))
    return found


def latin_names(text: str, start: int, end: int) -> list[Span]:
    """Latin names inside Chinese, where nothing else is written with letters; in English only what stands in quotes."""
    if not any(is_cjk(ch) for ch in text[start:end]):
        return [match.span(1) for match in _QUOTED.finditer(text, start, end)]
    return [
        match.span()
        for match in _LATIN_RUN.finditer(text, start, end)
        if match.end() - match.start() > 2 and match.group().lower() not in _PLAIN_NAMES and not match.group().islower()
    ]


def quoted_names(text: str, start: int, end: int) -> list[Span]:
    """What Chinese text sets in quotation marks and is short enough for a name; titles of works (《》) are none."""
    return [match.span(1) for match in _QUOTED_CHINESE.finditer(text, start, end)]


def coined_name(text: str, at: int, end: int) -> Span | None:
    """A name in capitals that begins right behind `at`: launches Origin, …"""
    match = _COINED.match(text, at, end)
    return match.span(1) if match else None


def without_verb(span: Span, verbs: Mapping[int, int], text: str) -> Span:
    """`Introducing Star 4` is the name Star 4: a verb at the beginning is cut off where a name is left."""
    start, end = span
    behind = verbs.get(start)
    if behind is None or behind >= end:
        return span
    while behind < end and text[behind] in " -":
        behind += 1
    return (behind, end) if any(ch.isalpha() for ch in text[behind:end]) else span


def product_key(name: str) -> str:
    """One spelling: lower case, words joined by hyphens, generic words at both ends left out."""
    words = [word for word in re.split(r"[\s_-]+", name.lower()) if word]
    while len(words) > 1 and words[-1] in ("api", "ai", "agent", "app", "model", "beta"):
        words.pop()
    while len(words) > 1 and words[0] in ("ai", "agent", "app"):
        words.pop(0)
    return re.sub(r"-v(?=\d)", "-", "-".join(words))


def chinese_name_before(text: str, at: int, starts: Collection[int], taken: Iterable[Span]) -> Span | None:
    """A Chinese name that ends right before `at` (adverbs aside) and begins at a place where a name can begin."""
    spans = list(taken)
    end = at
    moved = True
    while moved:
        moved = False
        for word in _ADVERBS:
            if text.endswith(word, 0, end) and end > len(word):
                end, moved = end - len(word), True
                break
    return _name_ending(text, end, starts, spans)


def chinese_name_after(text: str, at: int, ends: Collection[int]) -> Span | None:
    """A Chinese name that begins at `at` and ends where a name can end."""
    for length in (3, 2):
        end = at + length
        if (
            _looks_like_name(text[at:end])
            and len(text[at:end]) == length
            and (end in ends or end >= len(text) or not is_cjk(text[end]))
        ):
            return at, end
    return None


def _name_ending(text: str, end: int, starts: Collection[int], taken: list[Span]) -> Span | None:
    for length in (3, 2):
        start = end - length
        if start < 0 or not _looks_like_name(text[start:end]):
            continue
        if any(a < end and start < b for a, b in taken):
            continue
        if start == 0 or start in starts or not is_cjk(text[start - 1]) or text[start - 1] in "的之":
            return start, end
    return None


def _looks_like_name(piece: str) -> bool:
    if len(piece) < 2 or not all(is_cjk(ch) and ch.isalpha() for ch in piece):
        return False
    return piece[0] in _SURNAMES or (piece[0] in "阿老" and len(piece) == 2)


def latin_name_before(text: str, at: int, taken: Iterable[Span]) -> Span | None:
    """Two capitalised words right before `at`: Jane Doe (is|has) …"""
    head = re.sub(
        r"\s+(?:is|has|to|will|reportedly|abruptly|also|was|are)*\s*$", "", text[max(0, at - 60) : at]
    ).rstrip()
    match = _LATIN_NAME.search(head)
    if match is None:
        return None
    start = max(0, at - 60) + match.start()
    end = start + len(match.group())
    return None if any(a < end and start < b for a, b in taken) else (start, end)


def latin_name_after(text: str, at: int) -> Span | None:
    """Two capitalised words right behind `at`: hires Jane Doe."""
    match = _NAME_AFTER.match(text, at)
    return match.span(1) if match else None
