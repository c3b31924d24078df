"""Whose event it is. Precision first: a subject that is merely mentioned beside somebody else's event does not get it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.extraction.folding import is_cjk
from tracker.extraction.matching import Match, Scene, Span
from tracker.extraction.parties import reach_of_two
from tracker.extraction.readings import Hit
from tracker.model.declared import Subject

#: Between a subject and these stand names of its own products and people, not of other companies.
_OWN_NAMES = frozenset({"release", "benchmark", "departure", "arrival"})
#: How far an object may stand from its verb: `invests in`, `加码`.
_OBJECT = 6
_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z]+(?![A-Za-z])")
_COMMON = frozenset(
    "AI API IPO CEO CTO CFO COO Series Pre The A An In On Its CTO App GPU Token US China Chinese AGI LLM Inc".split()
)
#: What may stand before an event without naming anybody.
_FILLERS = re.compile(
    "宣布|正式|已经|即将|相继|突然|近日|今日|今天|昨日|日前|目前|随后|同时|此外|其中|此次|本次|本轮|这次|该公司|公司|双方|据悉|官方|并|还|又|也|其|于|在|再|已|将"
)
_FOR_LEAVING = re.compile(r"\s*(?:from |as |at |the )*$")


@dataclass(frozen=True, slots=True)
class Owner:
    """The subject of an event and why; no hit means somebody who is not declared."""

    hit: Hit | None
    why: str
    role: str = ""


class Attribution:
    """The subjects of one segment, and of the title that it stands under."""

    def __init__(
        self,
        text: str,
        folded: str,
        segment: Span,
        scene: Scene,
        topic: Hit | None,
        subjects: Mapping[str, Subject],
    ) -> None:
        self.text, self.folded, self.segment, self.scene, self.topic = text, folded, segment, scene, topic
        self.subjects = subjects
        self.hits = scene.hits
        words = re.findall(r"[A-Za-z][A-Za-z']+", text[segment[0] : segment[1]])
        #: In A Headline Like This a capital says nothing.
        self._capitals = sum(word[0].isupper() for word in words) > 0.6 * len(words) and not self._chinese(*segment)

    def owners(self, match: Match) -> list[Owner]:
        """The subjects that the rule's place for them gives; never none: an owner without a hit says why."""
        where = match.rule.where
        if where == "near":
            return self._parties(match)
        if where in ("after", "either") or match.rule.type == "departure":
            if (hit := self._object(match)) is not None:
                return [Owner(hit, f"{hit.name} is what it is done to", "bought")]
            if where == "after":
                return [Owner(None, "no declared subject is the object")]
        return [self._agent(match)]

    def modifies(self, hit: Hit) -> bool:
        """Whether the name only describes somebody else: a rival of X, X's former CTO, backed by X."""
        return self._modifies(hit, strict=True)

    def _chinese(self, start: int, end: int) -> bool:
        return any(is_cjk(ch) for ch in self.text[start:end])

    def _object(self, match: Match) -> Hit | None:
        """The subject right behind the verb (or behind the sum that it spends)."""
        for hit in self.hits:
            if hit.start < match.head[1] or hit.person:
                continue
            behind = max([match.head[1], *(end for _, end in match.picks if end <= hit.start)])
            between = self.folded[behind : hit.start]
            if match.rule.type == "departure":
                near = _FOR_LEAVING.fullmatch(between) is not None or (
                    len(between) <= 1 and self._chinese(behind - 1, behind)
                )
            else:
                near = len(between) <= _OBJECT and not any(mark in between for mark in ",，。;；、")
            if near and not self._modifies(hit, strict=False):
                return hit
        return None

    def _parties(self, match: Match) -> list[Owner]:
        """What two have agreed is an event of each; of somebody and a declared partner of theirs, it is theirs."""
        start, end = reach_of_two(self.scene, match.head[0], self.folded)
        found: dict[str, Owner] = {}
        for hit in self.hits:
            if hit.person or self._modifies(hit, strict=False):
                continue
            if not (start <= hit.start < end or match.start <= hit.start < match.end):
                continue
            gap = max(match.start - hit.end, hit.start - match.end, 0)
            found.setdefault(hit.subject, Owner(hit, f"{hit.name} in the same clause, {gap} characters away"))
        own = [owner for key, owner in found.items() if self.subjects[key].partner_of not in found]
        return own or [self._inherited(match)]

    def _agent(self, match: Match) -> Owner:
        clause = self.scene.clause(match.head[0])
        blocked = ""
        for hit in reversed(self.hits):
            if hit.end > match.head[0] or self.scene.clause(hit.start) != clause:
                continue
            if hit.person and match.rule.type not in ("departure", "arrival"):
                continue
            if self._modifies(hit, strict=True):
                blocked = f"{hit.name} only describes somebody else"
                continue
            if self._invests(match, hit):
                blocked = f"{hit.name} gives the money"
                continue
            if other := self._other_name(match, hit):
                blocked = f"{other} stands between {hit.name} and the event"
                continue
            return Owner(hit, f"{hit.name} does it, {max(match.start - hit.end, 0)} characters before", "buyer")
        if blocked:
            return Owner(None, blocked)
        return self._inherited(match)

    def _invests(self, match: Match, hit: Hit) -> bool:
        """Whether a name stands between the verb and the money of a round: 获 X 战略投资 says that X gave it."""
        if match.rule.type != "funding":
            return False
        verbs = self.scene.at(("GOT", "RAISE_ZH"))
        return any(verb in match.picks and verb[1] <= hit.start < match.end for verb in verbs)

    def _inherited(self, match: Match) -> Owner:
        """A clause without a subject of its own takes the first one of the clauses before it, else the title's."""
        number = self.scene.clause(match.head[0])
        start = self.scene.clauses[number][0]
        if not self._light(start, match.start, match):
            return Owner(None, "the clause has a subject of its own that is not declared")
        before = [hit for hit in self.hits if hit.start < start and not (hit.person and match.rule.type != "departure")]
        for hit in before:
            if not self._modifies(hit, strict=True):
                return Owner(hit, f"{hit.name} is the subject of the sentence", "buyer")
        if before:
            return Owner(None, "the subject of the sentence only describes somebody else")
        if match.rule.type in ("departure", "arrival"):
            for hit in self.hits:
                if not hit.person and not self._modifies(hit, strict=True):
                    return Owner(hit, f"{hit.name} is the company of the headline")
        if self.topic is not None:
            return Owner(self.topic, f"{self.topic.name} is the subject of the title", "buyer")
        return Owner(None, "no declared subject")

    def _light(self, start: int, end: int, match: Match) -> bool:
        """Whether what stands before the event in its clause is too little to name somebody."""
        # Names of products are a subject's own; beside a partnership or a round they are other companies.
        own = match.rule.type in _OWN_NAMES
        listed = [spans for mark, spans in self.scene.places.items() if own or mark not in ("PRODUCT", "VERSION")]
        covered = {at for spans in listed for a, b in spans for at in range(max(a, start), min(b, end))}
        open_ = "".join(self.text[at] if at not in covered else " " for at in range(start, end))
        rest = "".join(ch for ch in _FILLERS.sub("", open_) if ch.isalpha())
        if any(is_cjk(ch) for ch in rest):
            return len(rest) <= 2
        words = re.findall(r"[A-Za-z]+", open_)
        return len(words) <= 3 and not any(word[0].isupper() for word in words)

    def _modifies(self, hit: Hit, *, strict: bool) -> bool:
        """Whether the name only describes somebody else: a rival of X, X's former CTO, backed by X."""
        for start, _ in self.scene.places.get("AFTER_SUBJECT", ()):
            between = self.folded[hit.end : start] if start >= hit.end else "…"
            if between.strip(" '\"的s-") == "" and len(between) <= 4:
                return True
        if not strict:
            return False
        before = [end for _, end in self.scene.places.get("BEFORE_SUBJECT", ()) if end <= hit.start]
        return any(self.folded[end : hit.start].strip(" '\"") == "" for end in before)

    def _other_name(self, match: Match, hit: Hit) -> str:
        """Another Latin name between the subject and the event, in text where a capital says something."""
        if match.rule.type in _OWN_NAMES or self._capitals:
            return ""
        own = {at for other in self.hits for at in range(other.start, other.end)}
        own |= {at for a, b in match.picks for at in range(a, b)}
        for found in _LATIN_NAME.finditer(self.text, hit.end, max(hit.end, match.head[0])):
            if found.group() not in _COMMON and found.start() not in own:
                return found.group()
        return ""
