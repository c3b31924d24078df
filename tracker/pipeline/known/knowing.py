"""Rows of the database as the facts that a rule may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker import db, rules, timing
from tracker.db.history import BEST, LOWEST, Key
from tracker.model.declared import Declaration, Indicator, Subject
from tracker.model.observed import ENDS, KIND_OF_STATUS, TIERS, Clock, Entry, KnownEvent
from tracker.model.told import Transition
from tracker.pipeline.known.alerting import changes_health
from tracker.pipeline.known.feeders import feeding, grace, lists, past_of
from tracker.pipeline.known.instances import BY_PEOPLE, HAND, Instance, children_of
from tracker.pipeline.known.shelf import Shelf
from tracker.pipeline.known.targets import Aim, aims


def knowledge(
    declaration: Declaration,
    connection: db.Connection,
    one: Instance,
    zone: ZoneInfo,
    changes: Sequence[Transition] = (),
    *,
    clock: Clock = "recorded",
    replayed: bool = False,
    shelf: Shelf | None = None,
) -> rules.Knowledge:
    """Everything that one rule may see for one subject; `changes` are not written yet.

    On the published clock a fact is known from when anyone could know it, and numbered in that order. What is `replayed`
    asks the rules that it rests on for their `changes` alone, not for what is written. `shelf` holds what is read already.
    """
    subject, shelf = one.subject, shelf or Shelf(connection, clock=clock)
    own = indicator_of(declaration, one, "series")
    aim = indicator_of(declaration, one, "target")
    facts: list[rules.Fact] = []
    if own.unit is not None:
        facts += shelf.values(_key(one, own, subject))
    if own.types:
        facts += _events(shelf.events(subject, own.types), own, declaration.subjects.get(subject), clock)
    if own.mentions:
        facts += _entries(shelf.named(subject), own, clock)
    targets = [fact for fact in facts if fact.kind == "target"]
    if aim is not own and aim.unit is not None:
        targets = [fact for fact in shelf.values(_key(one, aim, subject)) if fact.kind == "target"]
    targets += _declared(declaration, shelf, aim, subject, zone, clock)
    found = rules.Knowledge(
        own=sorted((fact for fact in facts if fact.kind != "target"), key=lambda fact: (fact.known, fact.seq)),
        targets=targets,
        watched=_watched(declaration, shelf, own, one.subject, zone)
        if one.rule.kind == "velocity"
        else rules.Watched(),
        zone=zone,
        unit=own.unit or "",
        others={peer: shelf.values(_key(one, own, peer)) for peer in peers_of(declaration, one)},
        children=_children(declaration, None if replayed else connection, one, changes),
    )
    return found if clock == "recorded" else renumbered(found)


def peers_of(declaration: Declaration, one: Instance) -> tuple[str, ...]:
    """The subjects that a rule compares its own with."""
    if one.rule.kind != "peers":
        return ()
    named: tuple[str, ...] | None = one.rule.params.peers
    return tuple(
        peer for peer in (declaration.subjects_of(one.indicator) if named is None else named) if peer != one.subject
    )


def _children(
    declaration: Declaration, connection: db.Connection | None, one: Instance, changes: Sequence[Transition]
) -> dict[str, list[tuple[datetime, rules.Truth]]]:
    """From when on each rule that this one asks fires, does not, or cannot tell."""
    found: dict[str, list[tuple[datetime, rules.Truth]]] = {}
    for name in children_of(one.rule):
        child = declaration.rule_named(name, one.rule.indicator)
        if child is None:
            found[name] = [(datetime.min.replace(tzinfo=UTC), None)]
            continue
        written = db.alerts.transitions(connection, rule=child.id, subject=one.subject) if connection else []
        fresh = [change for change in changes if (change.indicator, change.rule) == (child.indicator, child.name)]
        found[name] = _truths([*written, *(change for change in fresh if change.subject == one.subject)])
    return found


def _truths(transitions: Iterable[Transition]) -> list[tuple[datetime, rules.Truth]]:
    firing, well = False, True
    truths: list[tuple[datetime, rules.Truth]] = []
    for one in transitions:
        if changes_health(one):
            well = one.what == "data_back"
        elif one.what in ("firing", "resolved", "closed"):
            firing = one.what == "firing"
        truths.append((one.at, firing if well else None))
    return truths


def indicator_of(declaration: Declaration, one: Instance, name: str) -> Indicator:
    """The indicator that a parameter of the rule names; its own where it names none."""
    other = getattr(one.rule.params, name, None)
    return declaration.indicators[other] if other else one.indicator


def needs(declaration: Declaration, one: Instance) -> set[tuple[str, str]]:
    """(subject, indicator) of the values, (subject, type) of the events that this rule reads, ("", source) of who watches."""
    wanted: set[tuple[str, str]] = set()
    for name in ("series", "target"):
        indicator = indicator_of(declaration, one, name)
        wanted |= {(one.subject, key) for key in (indicator.key, *indicator.types)}
    wanted |= {(peer, one.indicator.key) for peer in peers_of(declaration, one)}
    if one.rule.kind == "velocity":
        for source in feeding(declaration, indicator_of(declaration, one, "series")):
            wanted |= {("", source.key), ("", past_of(source.key))}
    return wanted


def series_read(declaration: Declaration, one: Instance) -> tuple[Key | None, list[Key]]:
    """The series of values that a rule reads: its own, and those of its peers and of its target."""
    own, aim = (indicator_of(declaration, one, name) for name in ("series", "target"))
    others = [_key(one, own, peer) for peer in peers_of(declaration, one)]
    if aim is not own and aim.unit is not None:
        others.append(_key(one, aim, one.subject))
    return (_key(one, own, one.subject) if own.unit is not None else None), others


def series_of(declaration: Declaration, some: Iterable[Instance]) -> Iterator[Key]:
    """Every series that these rules read."""
    for one in some:
        own, others = series_read(declaration, one)
        yield from (*((own,) if own else ()), *others)


def _key(one: Instance, indicator: Indicator, subject: str) -> Key:
    if indicator.pick is not None and not one.rule.labels:
        return subject, indicator.key, BEST if indicator.pick == "best" else LOWEST
    return subject, indicator.key, tuple(sorted(one.rule.labels.items()))


def _events(
    known: Iterable[KnownEvent], indicator: Indicator, subject: Subject | None, clock: Clock
) -> list[rules.Fact]:
    """One fact per mention. On the published clock one that was taken back never was, and nothing came late."""
    declared = {name for person in (subject.people if subject else ()) for name in person.names}
    facts = []
    for one in known:
        event = one.event
        for mention in one.mentions:
            if indicator.sources and mention.source not in (*indicator.sources, *BY_PEOPLE):
                continue
            recorded = clock == "recorded"
            if mention.hidden_seq and not recorded:
                continue
            assert mention.recorded_at is not None
            # What is only projected is no event that took place, however it was reported.
            kind = event.kind if event.kind in ("estimate", "target") else KIND_OF_STATUS[mention.status]
            facts.append(rules.Fact(
                seq=mention.seq, known=mention.recorded_at if recorded else mention.published_at,
                start=event.occurred.start, end=event.occurred.end, kind=kind, key=event.key,
                title=event.title or mention.title, late=mention.late and recorded, published=mention.published_at,
                tier=TIERS.index(mention.tier), people_declared=bool(declared & set(event.people)), role=event.role,
                counterparty=event.counterparty, ending=ENDS in event.labels,
                hidden=mention.hidden_recorded, hidden_seq=mention.hidden_seq, retracted=True,
            ))  # fmt: skip
    return facts


def _entries(entries: Sequence[Entry], indicator: Indicator, clock: Clock) -> list[rules.Fact]:
    """One fact per entry that names the subject, dated by its publication; an edit is the same entry."""
    facts = []
    for entry in entries:
        if entry.source in BY_PEOPLE or (indicator.sources and entry.source not in indicator.sources):
            continue
        assert entry.recorded_at is not None
        facts.append(rules.Fact(
            seq=entry.seq, known=entry.recorded_at if clock == "recorded" else entry.published_at,
            start=entry.published_at, end=entry.published_at, key=f"{entry.source}:{entry.key}",
            title=entry.title, published=entry.published_at,
        ))  # fmt: skip
    return facts


def _declared(
    declaration: Declaration, shelf: Shelf, indicator: Indicator, subject: str, zone: ZoneInfo, clock: Clock
) -> list[rules.Fact]:
    """The targets of the YAML, known from the first pass that saw them; on the published clock from ever, as far as it says."""
    if subject not in declaration.subjects_of(indicator):
        return []
    public = clock == "published"
    return [
        rules.Fact(
            seq=aim.seq, known=_since(aim, zone) if public else aim.known, start=aim.by.start, end=aim.by.end,
            lo=aim.number.lo, hi=aim.number.hi, op=aim.number.op, kind="target", unit=indicator.unit or "", by=aim.by,
        )
        for aim in aims(indicator, shelf.sights, zone, unseen=timing.BEGINNING if public else None)
    ]  # fmt: skip


def _since(aim: Aim, zone: ZoneInfo) -> datetime:
    """When anyone could know of a declared target; from ever where the declaration does not say."""
    return timing.BEGINNING if aim.target.published is None else timing.parse_instant(aim.target.published, zone)


def renumbered(known: rules.Knowledge) -> rules.Knowledge:
    """The same with numbers in the order in which all this became known, as the store gives them on the recorded clock."""
    moments = {
        moment
        for facts in (known.own, known.targets, *known.others.values())
        for fact in facts
        for moment in ((fact.known, fact.seq), (fact.hidden, fact.hidden_seq))
        if moment[0] is not None
    } | {(gap.end, gap.seq) for gap in known.watched.filled}
    numbers = {moment: number for number, moment in enumerate(sorted(moments), start=1)}

    def numbered(facts: Iterable[rules.Fact]) -> list[rules.Fact]:
        made = [
            replace(fact, seq=numbers[fact.known, fact.seq], hidden_seq=numbers.get((fact.hidden, fact.hidden_seq), 0))
            for fact in facts
        ]
        return sorted(made, key=lambda fact: fact.seq)

    filled = [replace(gap, seq=numbers[gap.end, gap.seq]) for gap in known.watched.filled]
    return replace(
        known, own=numbered(known.own), targets=numbered(known.targets), watched=replace(known.watched, filled=filled),
        others={peer: numbered(facts) for peer, facts in known.others.items()},
    )  # fmt: skip


def _watched(
    declaration: Declaration, shelf: Shelf, indicator: Indicator, subject: str, zone: ZoneInfo
) -> rules.Watched:
    spans: dict[str, list[tuple[datetime, datetime]]] = {HAND: []}
    slack = {HAND: timedelta(0)}
    for source in feeding(declaration, indicator):
        spans[source.key] = []
        slack[source.key] = source.every + grace(source)
    numbers = {watcher: number for number, watcher in enumerate(spans)}
    pasts = {past_of(source.key) for source in feeding(declaration, indicator) if lists(source, indicator, subject)}
    filled, listed = [], []
    for span in shelf.coverage:
        if span.watcher in pasts and span.seq:
            filled.append(rules.Filled(watcher=rules.EVERYBODY, start=span.start, end=span.end, seq=span.seq))
        elif span.watcher in pasts:
            listed.append((span.start, span.end))
        elif span.watcher in spans and span.seq:
            filled.append(rules.Filled(watcher=numbers[span.watcher], start=span.start, end=span.end, seq=span.seq))
        elif span.watcher in spans:
            spans[span.watcher].append((span.start, span.end))
    vouched = [timing.parse_period(indicator.complete, zone)] if indicator.complete else []
    return rules.Watched(
        spans=[(sorted(spans[watcher]), slack[watcher]) for watcher in spans],
        vouched=[(period.start, period.end) for period in vouched],
        filled=filled,
        listed=sorted(listed),
    )
