"""What is asked: the frame of indicators.yaml. Frozen pydantic models; the kinds bring their own parameters.

`params` of a source, rule or receiver is the model of its kind (`KINDS[kind].Params`), validated by `indicators`.
Texts of periods stay texts here: they get their zone where they are used.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tracker.model.frozen import Frozen as Frozen
from tracker.model.frozen import OfKind
from tracker.timing import parse_duration
from tracker.tongue import Language

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
KindOfValue = Literal["actual", "target", "estimate", "rumour", "denial"]


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
#: One text or a list of texts.
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Person(Frozen):
    """Somebody whose name stands for the subject."""

    name: str
    """`中文/Latin`: every part between slashes is a name."""
    role: str = ""
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
    aliases: Texts = ()
    """Other names, in any script."""
    blockers: Texts = ()
    """Longer words that contain an alias and mean something else."""
    people: tuple[Person, ...] = ()
    klass: str | None = Field(default=None, alias="class")
    """carmaker, phone maker, bank, carrier, … : `grade` uses it."""
    partner_of: str | None = None
    """Key of the subject that it is a partner of."""


class Emit(Frozen):
    """What one source gives to one indicator (or to one type of event), row by row."""

    indicator: str | None = None
    event: str | None = None
    """A type of event: the rows are events, with `key`, `at` and `title`."""
    subject: str | None = None
    """Default: the indicator's only subject."""
    value: str | None = None
    """JMESPath on the row."""
    at: str | None = None
    """JMESPath of the date; without it, the local day of the pass."""
    labels: dict[str, str] = {}
    """Name to JMESPath."""
    key: str | None = None
    title: str | None = None
    unit: str | None = None
    """Default: the indicator's unit."""
    edition: str | None = None
    kind: KindOfValue = "actual"
    aggregate: Literal["sum", "count", "mean", "max"] | None = None
    """One observation per complete pass, without labels."""
    where: str | None = None
    """JMESPath condition on the row, on top of the source's."""


class Source(OfKind):
    """Where entries and values come from."""

    key: str = ""
    kind: str
    every: Duration = timedelta(hours=1)
    timezone: str = ""
    """IANA zone of dates without one; default the watch's."""
    allow_private: bool = False
    """Opens the host and port of the source's own URL when it is a private address."""
    tier: Literal["filing", "official", "press", "anonymous", "aggregator"] = "press"
    lookback: Duration = timedelta(days=3)
    """In the first pass, older events are late: stored, not spoken."""
    emit: tuple[Emit, ...] = ()
    note: str = ""
    hash: str = ""
    """Hash of the declaration of this source."""


class Target(Frozen):
    """A value that somebody promised by a day."""

    value: str
    """As `record` takes it: `>=100M`, `10bn`."""
    by: str
    """A date; the target is due at the end of that day."""
    published: str | None = None
    """Since when it is known; default the first pass that saw it."""
    source: str = ""
    note: str = ""


class ByHand(Frozen):
    """A scheduled check by a person."""

    by_hand: Cadence
    where: str = ""


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


class Indicator(Frozen):
    """A thing to watch."""

    key: str = ""
    name: str
    group: str = ""
    subject: str | None = None
    subjects: tuple[str, ...] | Literal["all"] | None = None
    unit: str | None = None
    """The unit of its values (an ISO code for money); needed unless it has `event` or `mentions`."""
    event: Texts | None = None
    """Type or types of event that it follows."""
    mentions: bool = False
    """Counts the entries that name the subject."""
    cadence: Cadence | None = None
    check: ByHand | None = None
    targets: tuple[Target, ...] = ()
    complete: str | None = None
    """The desk vouches that the record is complete over this span."""
    story_window: Duration | None = None
    sources: Texts | None = None
    """Only these feeds count for it."""
    note: str = ""
    rules: dict[str, Rule] = {}

    @property
    def types(self) -> tuple[str, ...]:
        """Its types of event, () for one that has values or mentions."""
        return self.event or ()


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Quiet(Frozen):
    """Hours in which a receiver is left alone; at their end it hears how things stand then."""

    from_: str = Field(alias="from", pattern=_TIME)
    """When they begin, on local clocks: `"22:00"`."""
    to: str = Field(pattern=_TIME)
    """When they end; not later than `from`, it is on the next day."""
    days: tuple[Weekday, ...] = ()
    """Days on which they begin; default every day."""
    timezone: str = ""
    """IANA zone of the clocks; default the watch's."""
    bypass: tuple[Severity, ...] = ()
    """Severities that are said all the same."""


class Receiver(OfKind):
    """Where messages go."""

    key: str = ""
    kind: str
    quiet: tuple[Quiet, ...] = ()
    """Hours in which it is left alone."""
    fallback: str | None = None
    """Another receiver, which gets what this one refuses for good."""
    params: Any = None


class Grouping(Frozen):
    """How messages are batched."""

    group_by: Literal["rule", "subject", "all"] = "rule"
    """What shares a message: alerts of one rule, of one subject, or all."""
    group_wait: Duration = timedelta(0)
    """How long a new alert waits for others of its group; what clears meanwhile is never said."""
    group_interval: Duration = timedelta(0)
    """How long after a message of its group a latecomer waits."""


class Inhibit(Frozen):
    """While `source` fires for a subject, `target` of the same subject is not spoken. Both are `indicator.rule`."""

    source: str
    """The rule whose firing says enough."""
    target: str
    """The rule that is then kept quiet."""


class Defaults(Frozen):
    """What a source or a rule takes where it says nothing itself."""

    every: Duration = timedelta(hours=1)
    receivers: dict[Severity, Texts] | Texts | None = None


class DigestPlan(Frozen):
    """When the weekly digest is drawn and where it goes."""

    on: Weekday = "monday"
    at: str = Field(default="08:00", pattern=_TIME)
    receivers: Texts | None = None


class Declaration(Frozen):
    """One watch, complete: keys filled in, defaults applied, kinds validated."""

    watch: str
    timezone: str = "UTC"
    language: Language = "en"
    """The language of what is said to people: alerts, the opening brief and the digest. `en` or `zh`."""
    baseline: str | None = None
    """CSV that is imported once, relative to the home."""
    receivers: dict[str, Receiver]
    defaults: Defaults = Defaults()
    digest: DigestPlan | None = None
    delivery: Grouping = Grouping()
    inhibit: tuple[Inhibit, ...] = ()
    subjects: dict[str, Subject] = {}
    sources: dict[str, Source] = {}
    phrases: dict[str, Any] = {}
    """Types of event added to or extended from the built-in ones."""
    indicators: dict[str, Indicator] = {}
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
