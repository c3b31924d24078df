"""Whose event it is when nobody declared them: the names in front of the verb, well enough to hold two reports apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.extraction.folding import is_cjk
from tracker.extraction.matching import Match, Scene, Span

#: A name in letters: one word in capitals, or several.
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9.]*(?:[-'][A-Za-z0-9]+)*")
_QUOTED = re.compile(r"[\"“「『]([^\"”」』]{2,16})[\"”」』]")
_PIECES = re.compile(r"[\s,，:：|｜丨/·【】()（）\"“”「」『』]+")
#: What stands before or behind a name in Chinese and is none of it.
_BEFORE_NAME = re.compile(
    r"^.*(?:公司|企业|平台|品牌|厂商|创企|独角兽|巨头|集团旗下|旗下|开发商|制造商|服务商|初创|电商|消息称|传闻|网传|曝|传|的)(?=[\u4e00-\u9fff]{2})"
)
_BEHIND_NAME = re.compile(
    r"(?:宣布|正式|已经|即将|相继|突然|近日|今日|今天|昨日|日前|目前|随后|同时|此外|首次|再次|成功|官宣|据悉|完成|获得|获|将|已|拟|也|再|又|于|在|正|并|了)+$"
)
_GENERIC = frozenset(
    "ai the a an in on its startup company firm robotics maker chip chinese china us uk inc labs lab group exclusive sources"
    " source report reports new former why how ex ceo cto cfo coo ipo series two three four five small big open".split()
)
_SHORTEST, _LONGEST = 2, 10
#: Where the name ends that is spoken of behind a verb, and the other party behind 与.
_JOINED = re.compile(r"\s(?:and|with)\s")
_END = re.compile(r"\d|投资|注资|入股|增资|商讨|洽谈|完成|股份|股权|据悉|数|近|超|约|逾")
_OTHER = re.compile(
    r"(?:与|和|同|跟|携手|联手|牵手|签约|收购)\s?([\u4e00-\u9fff]{2,8}?)(?=达成|签|合作|宣布|就|在|推|共|联合|等|的|围绕|[^\u4e00-\u9fff]|$)"
)


def who(match: Match, scene: Scene, cased: str) -> tuple[str, ...]:
    """The names before the words of a match, in its clause or the nearest one before that has any; () for none."""
    if match.rule.where == "after":
        end = scene.clauses[scene.clause(match.end - 1)][1]
        behind = [place for place in match.picks if place[0] >= match.head[0]]
        pieces = (_END.split(cased[place[1] : end], maxsplit=1)[0] for place in sorted(behind))
        between = (_names(piece) for piece in pieces if piece.strip())
        return next((names for names in between if names), ())
    for clause in range(scene.clause(match.start), -1, -1):
        start, end = scene.clauses[clause]
        if names := _names(cased[start : max(start, min(match.start, end))]):
            return names
    return ()


def reach_of_two(scene: Scene, at: int, text: str) -> Span:
    """The clause of a place with the clauses that `and` or `with` joins to it: where the parties of an agreement stand."""
    number = scene.clause(at)
    first, last = number, number
    while first and _JOINED.match(text, scene.clauses[first][0]):
        first -= 1
    while last + 1 < len(scene.clauses) and _JOINED.match(text, scene.clauses[last + 1][0]):
        last += 1
    return scene.clauses[first][0], scene.clauses[last][1]


def others(match: Match, scene: Scene, cased: str) -> tuple[str, ...]:
    """Names in the clause of an agreement that are no declared subject's."""
    start, end = reach_of_two(scene, match.head[0], cased)
    own = {at for hit in scene.hits for at in range(hit.start, hit.end)}
    found = [one.group().lower() for one in _LATIN.finditer(cased, start, end) if one.start() not in own]
    found += [one[1] for one in _OTHER.finditer(cased, start, end) if one.start(1) not in own]
    return tuple(dict.fromkeys(name.removesuffix("'s") for name in found if name not in _GENERIC))


def _names(piece: str) -> tuple[str, ...]:
    """Of a piece of text before or behind a verb: what stands in quotes, words in capitals, or its last Chinese words."""
    found = [name.lower().strip() for name in _QUOTED.findall(piece)]
    for word in _LATIN.findall(piece):
        name = word.lower().removesuffix("'s")
        if name not in _GENERIC and len(name) >= _SHORTEST:
            found.append(name)
    if not found and any(is_cjk(ch) for ch in piece):
        parts = [part for part in _PIECES.split(piece) if part]
        name = _BEHIND_NAME.sub("", _BEFORE_NAME.sub("", parts[-1])) if parts else ""
        found = [name] if _SHORTEST <= len(name) <= _LONGEST else []
    return tuple(dict.fromkeys(found))


def same_party(one: Iterable[str], other: Iterable[str]) -> bool | None:
    """Whether two sets of names mean one company; None where they cannot be compared (two scripts, or no name)."""
    compared = False
    for a in one:
        for b in other:
            if _characters(a) != _characters(b):
                continue
            compared = True
            if a == b or (_characters(a) and (a in b or b in a)):
                return True
    return False if compared else None


def _characters(name: str) -> bool:
    return any(is_cjk(ch) for ch in name)
