"""What is asked: the frame of indicators.yaml. Frozen pydantic models; the kinds bring their own parameters.

`params` of a source, rule or receiver is the model of its kind (`KINDS[kind].Params`), validated by `indicators`.
Texts of periods stay texts here: they get their zone where they are used.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tracker.model.addressed import Defaults, DigestPlan, Grouping, Inhibit, Quiet, Receiver
from tracker.model.frozen import (
    SEVERITIES,
    Cadence,
    Duration,
    Frozen,
    KindOfValue,
    OfKind,
    Severity,
    Texts,
    Weekday,
)
from tracker.model.sourced import At, Emit, Source
from tracker.tongue import Language

__all__ = [
    "SEVERITIES", "At", "ByHand", "Cadence", "Declaration", "Defaults", "DigestPlan", "Duration", "Emit", "Flap",
    "Frozen", "Grouping", "Indicator", "Inhibit", "KindOfValue", "Person", "Quiet", "Receiver", "Rule", "Severity",
    "Source", "Subject", "Target", "Texts", "Weekday",
]  # fmt: skip


class Person(Frozen):
    """Somebody whose name stands for the subject."""

    name: str
    """`中文/Latin`: every part between slashes is a name."""
    role: str = ""
    """founder, CEO, chief scientist, …: `grade` uses it."""
    since: str | None = None
    """The name counts from here on (a date or a partial date)."""

    @property
    def names(self) -> tuple[str, ...]:
        """Each spelling."""
        return tuple(part.strip() for part in self.name.split("/") if part.strip())


class Subject(Frozen):
    """A company, or anything else that has indicators."""

    key: str = ""
    name: str
    """What alerts and pages call it; texts are searched for it too."""
    aliases: Texts = ()
    """Other names, in any script."""
    blockers: Texts = ()
    """Longer words that contain an alias and mean something else."""
    ambiguous: Texts = ()
    """Names that are ordinary words too: they count where the words beside them speak of a company, or another name does."""
    people: tuple[Person, ...] = ()
    """Whose names in a text stand for it; a text alone is a name."""
    klass: str | None = Field(default=None, alias="class")
    """carmaker, phone maker, bank, carrier, … : `grade` uses it."""
    partner_of: str | None = None
    """Key of the subject that it is a partner of."""


class Target(Frozen):
    """A value that somebody promised by a day."""

    value: str
    """As `record` takes it: `>=100M`, `10bn`."""
    by: str
    """A date; the target is due at the end of that day."""
    published: str | None = None
    """Since when it is known; default the first pass that saw it."""
    source: str = ""
    """Who promised it, in words."""
    note: str = ""
    """For people."""


class ByHand(Frozen):
    """A scheduled check by a person."""

    by_hand: Cadence
    """How often; `tracker status` and the digest list it when it is due."""
    where: str = ""
    """Where to look, in words or as an address."""


class Flap(Frozen):
    """A rule flaps when so many changes were said in a window; it is calm again when a whole window brought none."""

    window: Duration
    """How long a change counts."""
    enter: int = Field(default=4, ge=2)
    """Changes said in the window from which on it flaps."""


class Rule(OfKind):
    """The frame of every rule; its kind's own parameters are in `params`."""

    indicator: str = ""
    name: str = ""
    kind: str
    """What it asks: one of the kinds below."""
    basis: str = ""
    """Whose threshold it is, in words; printed in the alert."""
    severity: Severity = "warning"
    """info, warning or critical, where no level or grade says another one."""
    for_: Duration = Field(default=timedelta(0), alias="for")
    """It fires once the breach has lasted this long (Prometheus' `for`); while data are missing the time stands still."""
    for_count: int = Field(default=1, ge=1)
    """…and was seen on this many different dates."""
    keep_firing_for: Duration = timedelta(0)
    """It must be clear for this long before it is resolved (Prometheus' `keep_firing_for`)…"""
    clear_count: int = Field(default=1, ge=1)
    """…and be seen clear on this many different dates."""
    kinds: tuple[KindOfValue, ...] = ()
    """Which kinds of value or report count; default actual, for event rules actual and rumour."""
    on_nodata: Literal["keep", "ok", "alert"] = "keep"
    """What missing data are: no change, clear (ok) or a breach (alert)."""
    on_error: Literal["keep", "ok", "alert"] = "keep"
    """The same for data that cannot be compared."""
    repeat: Duration | None = None
    """Say it again after this long while it fires; default never."""
    receivers: Texts | None = None
    """Who hears of it; default as `defaults` says, else everybody. None (`[]`) leaves it to the digest."""
    subject: str | None = None
    """Run for this subject only; default every subject of the indicator."""
    labels: dict[str, str] = {}
    """Which series of the indicator; default the one without labels."""
    repeat_max: Duration | None = None
    """The time between two repeats doubles up to this; default it stays as it is."""
    flap: Flap | None = None
    """When it changes too often, say so once and then wait until it settles."""
    hash: str = ""

    @property
    def id(self) -> str:
        """`indicator.rule`, the identity that alerts carry together with the subject."""
        return f"{self.indicator}.{self.name}"


class Figures(Frozen):
    """Which numbers in texts become values of an indicator; the number must be in its unit, or in another currency."""

    role: Literal["amount", "valuation", "revenue", "cumulative", "other"] | None = None
    """What a sum of money must be in its sentence."""
    words: Texts = ()
    """Texts of which one must stand in the clause of the number, letter case aside."""
    not_: Texts = Field(default=(), alias="not")
    """Texts that must not stand there."""
    period: Literal["day", "named", "year"] = "day"
    """named: the text must name the period, year: a whole year, else a person is asked; day: without one it is the day of the text."""
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.7
    """What is less sure waits in `review`."""


class Indicator(Frozen):
    """A thing to watch."""

    key: str = ""
    name: str
    """What alerts and pages call it."""
    group: str = ""
    """Under which heading the board and the digest show it."""
    subject: str | None = None
    """Whose it is; default the only subject of the watch."""
    subjects: tuple[str, ...] | Literal["all"] | None = None
    """Several, or `all`."""
    unit: str | None = None
    """The unit of its values (an ISO code for money); needed unless it has `event` or `mentions`."""
    event: Texts | None = None
    """Type or types of event that it follows."""
    mentions: bool = False
    """Counts the entries that name the subject."""
    pick: Literal["best", "lowest"] | None = None
    """Of several labelled values of one subject, edition and date its rules read the greatest (or the lowest)."""
    cadence: Cadence | None = None
    """How often a new value is to be expected."""
    check: ByHand | None = None
    """A check by a person, on a rhythm."""
    targets: tuple[Target, ...] = ()
    """What was promised by when."""
    complete: str | None = None
    """The desk vouches that the record is complete over this span."""
    story_window: Duration | None = None
    """Reports of one event lie no further apart than this; default that of its type."""
    sources: Texts | None = None
    """Only these feeds count for it."""
    figures: Figures | None = None
    """Which numbers that texts say of its subjects are its values."""
    note: str = ""
    """For people."""
    rules: dict[str, Rule] = {}
    """When to speak, see rules.md."""

    @property
    def types(self) -> tuple[str, ...]:
        """Its types of event, () for one that has values or mentions."""
        return self.event or ()


class Declaration(Frozen):
    """One watch, complete: keys filled in, defaults applied, kinds validated."""

    watch: str
    """The name of the watch: it stands in mails and on pages."""
    timezone: str = "UTC"
    """IANA zone: where days and weeks begin."""
    language: Language = "en"
    """The language of what is said to people: alerts, the opening brief and the digest. `en` or `zh`."""
    baseline: str | None = None
    """CSV that is imported once, relative to the home."""
    receivers: dict[str, Receiver]
    """Where messages go, see receivers.md."""
    defaults: Defaults = Defaults()
    """What sources and rules take where they say nothing themselves."""
    digest: DigestPlan | None = None
    """When the weekly digest is drawn."""
    delivery: Grouping = Grouping()
    """How messages are batched, see rules.md."""
    inhibit: tuple[Inhibit, ...] = ()
    """Which rules keep which others quiet, see rules.md."""
    subjects: dict[str, Subject] = {}
    """Whom it is about."""
    sources: dict[str, Source] = {}
    """Where entries and values come from, see sources.md."""
    phrases: dict[str, Any] = {}
    """Types of event added to or extended from the built-in ones."""
    indicators: dict[str, Indicator] = {}
    """What is watched."""
    hash: str = ""
    """Hash of the file's text: each derived row keeps it."""

    def subjects_of(self, indicator: Indicator) -> tuple[str, ...]:
        """Keys of the subjects that an indicator runs for, in declared order."""
        if indicator.subjects == "all":
            return tuple(self.subjects)
        if indicator.subjects:
            return tuple(indicator.subjects)
        if indicator.subject:
            return (indicator.subject,)
        return tuple(self.subjects) if len(self.subjects) == 1 else ()

    def rule_named(self, name: str, near: str) -> Rule | None:
        """The rule that `indicator.rule` or a bare name means; bare it is one of `near`, else the only one of that name."""
        indicator, dot, rule = name.partition(".")
        if dot:
            return self.indicators[indicator].rules.get(rule) if indicator in self.indicators else None
        if near in self.indicators and name in self.indicators[near].rules:
            return self.indicators[near].rules[name]
        found = [one.rules[name] for one in self.indicators.values() if name in one.rules]
        return found[0] if len(found) == 1 else None

    def receivers_of(self, rule: Rule, severity: Severity) -> tuple[str, ...]:
        """Who hears this rule at this severity; () waits for the digest."""
        if rule.receivers is not None:
            return rule.receivers
        chosen = self.defaults.receivers
        if chosen is None:
            return tuple(self.receivers)
        if isinstance(chosen, dict):
            return tuple(chosen.get(severity, ()))
        return tuple(chosen)
