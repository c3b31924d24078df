"""threshold: the current value against a limit, with levels and a dead-band."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import quantity, timing
from tracker.model.declared import Duration, Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Knowledge, current, earliest, unfit
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, error, nodata, weigh


class Params(Banded):
    """The newest value against a limit in the unit of the indicator."""

    max_age: Duration | None = None
    """A value whose period ended this long ago, or longer, is no data; default no limit."""


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """Breach, clear or hold of the newest value of its edition that is dated at or before `at`."""
    value, wake = current(known.own, at, KIND.kinds(rule))
    if value is None:
        return nodata("no value yet", wake)
    if problem := unfit(value, known):
        return error(problem, wake)
    if params.max_age is not None:
        if at >= value.end + params.max_age:
            return nodata(f"the newest value is older than {timing.format_duration(params.max_age)}", wake)
        wake = earliest(wake, value.end + params.max_age)
    said = quantity.as_said(value.lo, value.hi, value.op, known.unit)
    return weigh(
        params.band, value.lo, value.hi, rule.severity,
        dated=value.date, row=value.seq, rests=(value.seq,), wake=wake,
        evidence=Evidence(
            value=quantity.as_recorded(value.quantity), unit=known.unit, compared=f"{said} against {params.band}",
            seqs=(value.seq,), occurred=value.end,
        ),
    )  # fmt: skip


KIND = Kind(Params=Params, judge=judge, reach=lambda params: timedelta(0))
