"""What every writing pass does first: note that a day was watched, import the baseline once, let new rules and targets be born."""

from __future__ import annotations

from tracker import db, timing
from tracker.db import Writing
from tracker.model.declared import Declaration
from tracker.model.observed import Coverage
from tracker.model.told import RuleState
from tracker.pipeline.declaring import register
from tracker.pipeline.entering.baseline import import_baseline
from tracker.pipeline.known.instances import HAND, instances
from tracker.pipeline.known.targets import note_sights
from tracker.pipeline.opening import Desk

#: Under which `meta` keeps the hash of the declaration whose rules and targets all exist, and the mark of its roster.
_BORN = "born"


def begin(desk: Desk, tx: Writing) -> None:
    """Everything that must hold before this pass stores or decides anything."""
    register(desk, tx)
    today = timing.day_period(timing.local_date(tx.at, desk.zone), desk.zone)
    first = min((span.start for span in db.sources.coverage(tx.connection, HAND)), default=tx.at)
    db.sources.cover(tx, Coverage(watcher=HAND, start=max(today.start, first), end=today.end))
    import_baseline(desk, tx)
    _bear(desk.declaration, tx)


def _bear(declaration: Declaration, tx: Writing) -> None:
    """A rule exists from the first pass that saw it; a declared target is known from then on."""
    of, _, born = (db.meta.get(tx.connection, _BORN) or "").partition(" ")
    if of and of == declaration.hash:
        return
    from tracker.pipeline.known.roster import roster_of  # the rules are loaded when there may be a new one

    mark = roster_of(declaration).mark
    if born != mark:
        _bear_new(declaration, tx)
    db.meta.put(tx, _BORN, f"{declaration.hash} {mark}")


def _bear_new(declaration: Declaration, tx: Writing) -> None:
    known = {(state.indicator, state.rule, state.subject) for state in db.alerts.rule_states(tx.connection)}
    new = [
        RuleState(indicator=one.rule.indicator, rule=one.rule.name, subject=one.subject, born=tx.at)
        for one in instances(declaration)
        if (one.rule.indicator, one.rule.name, one.subject) not in known
    ]
    db.alerts.save_rule_states(tx, new)
    note_sights(tx, declaration)
