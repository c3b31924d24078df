"""What one text says twice is said once: its events of one type about one subject become one, unless what both name differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tracker.extraction.readings import EventReading, Modality
from tracker.extraction.sameness import amounts_differ, people_differ, products_differ, roles_differ

#: Of two ways of telling one event the surer one counts, but a denial of it is never overruled by a repetition of the rumour.
_SURENESS: tuple[Modality, ...] = ("denied", "actual", "rumour", "target", "opinion")

#: Of these there is one with each other side; of a round of funding many may be told of.
_WITH_EACH = ("contract", "partnership", "acquisition")


def merge(events: Iterable[EventReading]) -> tuple[EventReading, ...]:
    """The events of one text: first those that the title tells, each with everything that its other places add."""
    merged: list[EventReading] = []
    for event in sorted(events, key=lambda one: (not one.in_title, len(one.why) == 0, one.start)):
        for place, known in enumerate(merged):
            if _may_be_one(known, event):
                merged[place] = _joined(known, event)
                break
        else:
            merged.append(event)
    return tuple(event for event in merged if not _told_better(event, merged))


def _may_be_one(one: EventReading, other: EventReading) -> bool:
    """Whether two places can tell of one event: who left, whose office, what sum and with whom must not differ."""
    return (
        (one.type, one.subject, one.ends) == (other.type, other.subject, other.ends)
        and not products_differ(one.products, other.products)
        and not people_differ(one.people, other.people)
        # Of somebody who is named, another office is one more that was theirs.
        and not (not (one.people and other.people) and roles_differ((one.role,), (other.role,)))
        and not amounts_differ(one.amount, other.amount)
        and not _with_others(one, other)
    )


def _with_others(one: EventReading, other: EventReading) -> bool:
    """Whether the first on the other side (its class stands behind it) is in neither case among those of the other place."""
    here, there = one.counterparty, other.counterparty
    return one.type in _WITH_EACH and bool(here and there) and here[0] not in there and there[0] not in here


def _told_better(event: EventReading, told: Iterable[EventReading]) -> bool:
    """A contract is also an agreement of two: what is read as a contract is not told again as a partnership."""
    return event.type == "partnership" and any(
        (one.type, one.subject) == ("contract", event.subject) and one.start < event.end and event.start < one.end
        for one in told
    )


def _joined(known: EventReading, more: EventReading) -> EventReading:
    # Where the title says how sure it is, the body does not change it; only a denial beside it does.
    same_place = known.in_title == more.in_title
    surer = min(known.modality, more.modality, key=_SURENESS.index) if same_place else known.modality
    return replace(
        known,
        modality=surer,
        amount=known.amount or more.amount,
        people=tuple(dict.fromkeys((*known.people, *more.people))),
        # What stands beside a product further down is named beside it, not brought out with it.
        products=known.products or more.products,
        role=known.role or more.role,
        counterparty=tuple(dict.fromkeys((*known.counterparty, *more.counterparty))),
        occurred=known.occurred or more.occurred,
    )
