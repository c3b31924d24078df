"""One rule test on an in-memory home: the pipeline itself, a clock that jumps from event to event, recording receivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tracker import db, delivery, pipeline, quantity
from tracker.db import Store, Writing
from tracker.errors import DeliveryError, QuantityError
from tracker.model.declared import Declaration, Indicator, Receiver, Rule, Subject
from tracker.model.observed import Coverage, Event, Mention, Observation, Series
from tracker.model.told import Ack, Message, Mute, Rendered, RuleState, Transition
from tracker.pipeline.known.instances import HAND, instances
from tracker.rehearsal.cases import Case, Loaded, Observe
from tracker.rehearsal.times import Axis
from tracker.settings import Home
from tracker.timing import ManualClock

#: How long a process is away after a crash.
_BACK_AFTER = timedelta(seconds=86.4)
_DEFAULT_SUBJECT = "x"
#: What the keys of events begin with that the case gives none: each is an event of its own.
ANONYMOUS = "#"


class _Crash(BaseException):
    """The process dies here; nothing that goes on after an error catches it."""


@dataclass(slots=True)
class Recording:
    """What a case gave."""

    transitions: list[Transition] = field(default_factory=list)
    messages: list[tuple[datetime, Message]] = field(default_factory=list)
    dead: list[tuple[datetime, str]] = field(default_factory=list)


#: Stores that are used again: each has its tables, and its statements compiled.
_idle: list[Store] = []


def simulate(loaded: Loaded, *, extra_ticks: Sequence[datetime] = (), restarts: Sequence[datetime] = ()) -> Recording:
    """Run a case to its end. Further evaluation times, and restarts of the process, never change a result."""
    with _Simulation(loaded) as simulation:
        return simulation.run(extra_ticks, restarts)


class _Simulation:
    def __init__(self, loaded: Loaded) -> None:
        self.case: Case = loaded.case
        self.axis: Axis = loaded.axis
        self.loaded = loaded
        self.clock = ManualClock(self.axis.start)
        self.recording = Recording()
        self.down = [(self.axis.instant(a), self.axis.instant(b)) for a, b in self.case.down]
        self.crashes = {self.axis.instant(time) for time in self.case.crash_after_send}
        self.crashed = False
        self.observations = sorted(
            enumerate(self.case.observe), key=lambda pair: (self.axis.instant(pair[1].at), pair[0])
        )  # fmt: skip
        self.acks = sorted(self.case.acks, key=lambda ack: self.axis.instant(ack.at))
        self.desk = self._start(_idle.pop() if _idle else Store.memory())

    def _start(self, store: Store) -> pipeline.Desk:
        """A process that begins: all that it knows of before is in the store."""
        return pipeline.Desk(
            home=Home(Path()),
            declaration=_declaration(self.loaded),
            store=store,
            clock=self.clock,
            policy=self._policy(),
        )

    def __enter__(self) -> _Simulation:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.desk.store.close()
            return
        self.desk.store.clear()
        _idle.append(self.desk.store)

    def run(self, extra_ticks: Sequence[datetime], restarts: Sequence[datetime]) -> Recording:
        start, until = self.axis.start, self._until()
        with self.desk.store.write(start) as tx:
            db.meta.put(tx, "opened", "rehearsal")
            # Every rule exists from the start, also while the daemon is off.
            for one in instances(self.desk.declaration):
                born = RuleState(indicator=one.rule.indicator, rule=one.rule.name, subject=one.subject, born=start)
                db.alerts.save_rule_state(tx, born)
            for begin, end in self._watched(until):
                db.sources.cover(tx, Coverage(watcher=HAND, start=begin, end=end))
        agenda = {start, until, *extra_ticks, *restarts, *(self.axis.instant(time) for time in self.case.times)}
        last = start
        while agenda:
            at = min(agenda)
            agenda.discard(at)
            if at > until:
                break
            last = max(at, last)
            self.clock.set(last)
            if at in restarts:
                self.desk = self._start(self.desk.store)
            self._observe(last)
            self._acknowledge(last)
            back = self._away(last)
            if back is not None:
                agenda.add(back)
                continue
            agenda |= self._pass(last)
        self.recording.transitions.sort(key=self._place)
        return self.recording

    def _until(self) -> datetime:
        if self.case.until is not None:
            return self.axis.instant(self.case.until)
        return max((self.axis.instant(one.at) for one in self.case.observe), default=self.axis.start)

    def _watched(self, until: datetime) -> list[tuple[datetime, datetime]]:
        """Every day from the start is watched, those apart that the daemon is off from beginning to end.

        By days, as a home counts them: else a tick on a day would make a difference.
        """
        spans, edge = [], self.axis.start
        for begin, end in sorted(self.down):
            first, last = _midnight(begin - timedelta.resolution) + timedelta(days=1), _midnight(end)
            if first < last:
                spans += [(edge, first)] if edge < first else []
                edge = max(edge, last)
        return [*spans, (edge, max(until, edge) + timedelta(days=36525))]

    def _away(self, at: datetime) -> datetime | None:
        return next((end for begin, end in self.down if begin <= at < end), None)

    def _pass(self, at: datetime) -> set[datetime]:
        """Evaluate and deliver once; the times at which it must be done again."""
        if self.crashed:
            self.crashed = False
            with self.desk.store.write(at) as tx:  # as a daemon does when it starts
                db.outbox.take_over(tx, lambda owner: True)
        evaluation = pipeline.evaluate(self.desk)
        self.recording.transitions += evaluation.transitions
        self._acknowledge(at)  # once more: what began to fire at this very instant
        self.acks = [ack for ack in self.acks if self.axis.instant(ack.at) > at]
        try:
            waits = self.case.backoff
            delivered = pipeline.deliver(
                self.desk,
                send=self._send,
                backoff=waits or pipeline.BACKOFF,
                give_up=timedelta.max if waits else pipeline.GIVE_UP,
            )
        except _Crash:
            self.crashed = True
            self.down.append((at, at + _BACK_AFTER))
            return {at + _BACK_AFTER}
        self.recording.dead += [(at, line.partition(":")[0]) for line in delivered.dead]
        return {wake for wake in (pipeline.next_wake(self.desk),) if wake is not None and wake > at}

    def _send(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        for fail in self.case.fail:
            if fail.receiver == receiver and self.axis.instant(fail.from_) <= now < self.axis.instant(fail.to):
                raise DeliveryError("refused by the case", permanent=fail.permanent)
        self.recording.messages.append((now, message))
        if now in self.crashes:
            self.crashes.discard(now)
            raise _Crash

    def _acknowledge(self, at: datetime) -> None:
        """A person answers what fires, whether the daemon runs or not."""
        due = [ack for ack in self.acks if self.axis.instant(ack.at) == at]
        if not due:
            return
        with self.desk.store.write(at) as tx:
            for alert in db.alerts.alerts(tx.connection, state="firing"):
                if any(ack.rule in (None, alert.rule) for ack in due):
                    db.alerts.save_ack(tx, Ack(alert=alert.id, episode=alert.episode, at=at))

    def _policy(self) -> delivery.Policy:
        ids = {name: f"{series}.{name}" for series, name, _ in self.loaded.rules}
        instant, case = self.axis.instant, self.case
        quiet = [(instant(a), instant(b)) for a, b in case.quiet]
        return delivery.Policy(
            group_by=case.group_by, group_wait=case.group_wait or timedelta(0),
            group_interval=case.group_interval or timedelta(0),
            mutes=[
                Mute(start=instant(one.from_), end=instant(one.to), rule=ids.get(one.rule or "", one.rule), subject=one.subject)
                for one in case.mutes
            ],
            inhibitions=[delivery.Inhibition(ids.get(o.source, o.source), ids.get(o.target, o.target)) for o in case.inhibit],
            quiet=lambda receiver, severity, now: max((end for start, end in quiet if start <= now < end), default=None),
        )  # fmt: skip

    def _observe(self, at: datetime) -> None:
        """Store what became known up to now, at its own time."""
        while self.observations and self.axis.instant(self.observations[0][1].at) <= at:
            number, one = self.observations.pop(0)
            with self.desk.store.write(self.axis.instant(one.at)) as tx:
                _store(tx, one, self.axis, number)

    def _place(self, one: Transition) -> tuple[datetime, int, str, int]:
        """Rules as written, then subjects by name; a catch-up after a pause may come out of order."""
        names = [(series, name) for series, name, _ in self.loaded.rules]
        return one.at, names.index((one.indicator, one.rule)), one.subject, one.ordinal


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _declaration(loaded: Loaded) -> Declaration:
    """A watch with one indicator per series, and every rule for every subject that appears."""
    case = loaded.case
    named = {one.subject for one in case.observe if one.subject} | {
        rule.subject for _, _, rule in loaded.rules if rule.subject
    }
    anonymous = any(one.subject is None for one in case.observe) or not named
    subjects = sorted(named | ({_DEFAULT_SUBJECT} if anonymous else set()))
    by_series: dict[str, dict[str, Rule]] = {one.series: {} for one in case.observe}
    for series, name, rule in loaded.rules:
        by_series.setdefault(series, {})[name] = rule
        for other in (getattr(rule.params, "series", None), getattr(rule.params, "target", None)):
            if other:
                by_series.setdefault(other, {})
    indicators = {
        series: Indicator(key=series, name=series, unit="1", event=(series,), subjects=tuple(subjects), rules=rules)
        for series, rules in by_series.items()
    }
    return Declaration(
        watch="rehearsal",
        receivers={name: Receiver(key=name, kind="recorder") for name in case.receivers},
        subjects={name: Subject(key=name, name=name) for name in subjects},
        indicators=indicators,
    )


def _store(tx: Writing, one: Observe, axis: Axis, number: int) -> None:
    at, subject = axis.instant(one.at), one.subject or _DEFAULT_SUBJECT
    occurred = axis.period(one.of or one.at)
    if one.retract:
        _retract(tx, one, axis, subject)
    elif one.key is not None or one.value is None:
        key = f"{one.series}:{subject}:{one.key or f'{ANONYMOUS}{number}'}"
        status = {"rumour": "rumoured", "denial": "denied"}.get(one.kind, "reported")
        if db.news.event(tx.connection, key) is None:
            kind = one.kind if one.kind in ("estimate", "target") else "actual"
            db.news.add_event(tx, Event(
                key=key, type=one.series, subject=subject, title="", occurred=occurred, kind=kind,
                role=one.role, counterparty=one.counterparty,
            ))  # fmt: skip
        db.news.add_mention(tx, Mention(event=key, entry=None, role="first", status=status, title=one.title, published_at=at))  # type: ignore[arg-type]  # fmt: skip
    else:
        db.observations.add(tx, [_value(one, axis, at, subject)])


def _value(one: Observe, axis: Axis, at: datetime, subject: str) -> Observation:
    series = Series(subject=subject, indicator=one.series, unit="1")
    common = {"series": series, "occurred": axis.period(one.of or one.at), "kind": one.kind, "published_at": at}
    try:
        number = quantity.parse(one.value or "")
    except QuantityError:
        return Observation(lo=None, hi=None, op="invalid", quote=one.value or "", **common)  # type: ignore[arg-type]
    by = axis.day(one.by) if one.by else None
    return Observation(lo=number.lo, hi=number.hi, op=number.op, by=by, **common)  # type: ignore[arg-type]


def _retract(tx: Writing, one: Observe, axis: Axis, subject: str) -> None:
    """Withdraw what was said of a date (or of the event with a key)."""
    occurred = axis.period(one.of or one.at)
    rows = db.observations.vintages(tx.connection, subject=subject, indicator=one.series)
    said = (occurred.start, occurred.end)
    seqs = [row.seq for row in rows if row.date == said and row.kind == one.kind and not row.reason]
    if seqs and one.key is None:
        db.observations.withdraw(tx, seqs, reason="retracted", ours=False)
    known = db.news.events(tx.connection, subject=subject, types=(one.series,))
    mentions = [
        mention.seq
        for event in known
        for mention in event.mentions
        if (
            event.event.key == f"{one.series}:{subject}:{one.key}"
            if one.key
            else event.event.occurred.start == occurred.start
        )
    ]
    if mentions:
        db.news.withdraw_mentions(tx, mentions, "retracted")
