"""What is folded from what was observed: the status of an event, at any instant, on either clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tracker.model.observed import (
    KIND_OF_STATUS,
    RUMOUR_LIFE,
    TIERS,
    Event,
    KnownEvent,
    Mention,
    Observation,
    Series,
    Status,
    fold_status,
)
from tracker.timing import Period

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta.resolution


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def mention(status: Status, recorded: float, published: float | None = None, **rest: Any) -> Mention:
    """One report; published when it was recorded unless it says otherwise."""
    return Mention(
        event="k", entry=None, role="first", status=status, recorded_at=day(recorded),
        published_at=day(recorded if published is None else published), **rest,
    )  # fmt: skip


#: Mentions as `status@day`, the day of the question, the status.
_FOLDED = """
rumoured@1                                      1    rumoured
rumoured@1 rumoured@2                           3    rumoured
rumoured@1 reported@2                           3    reported
rumoured@1 reported@2                           1.5  rumoured
reported@1 rumoured@2                           3    reported
reported@1 confirmed@2                          3    confirmed
confirmed@1 reported@2                          3    confirmed
confirmed@1 rumoured@2                          3    confirmed
rumoured@1 denied@2                             3    denied
confirmed@1 denied@2                            3    denied
denied@1                                        3    denied
denied@1 denied@2                               3    denied
rumoured@1 denied@2 rumoured@3                  4    rumoured
rumoured@1 denied@2 reported@3                  4    reported
rumoured@1 denied@2 reported@3                  2.5  denied
confirmed@1 denied@2 reported@3                 4    reported
confirmed@1 denied@2 reported@3 confirmed@4     5    confirmed
rumoured@1 denied@2 reported@3 denied@4         5    denied
denied@1 rumoured@2                             3    rumoured
"""


@pytest.mark.parametrize("row", _FOLDED.strip().splitlines())
def test_the_strongest_claim_counts_and_a_newer_denial_ends_it(row: str) -> None:
    """rumoured < reported < confirmed; after a denial the next report begins anew."""
    *reports, at, status = row.split()
    mentions = [mention(name, float(when)) for name, when in (one.split("@") for one in reports)]  # type: ignore[arg-type]

    for clock in ("recorded", "published"):
        assert fold_status(mentions, day(float(at)), clock) == status  # type: ignore[arg-type]


def test_a_rumour_lapses_after_exactly_120_days() -> None:
    """A second word of any kind makes it live on from there; what was reported or denied never lapses."""
    rumour = mention("rumoured", 0)

    assert timedelta(days=120) == RUMOUR_LIFE
    assert fold_status([rumour], day(120) - MOMENT) == "rumoured"
    assert fold_status([rumour], day(120)) == "lapsed"
    again = [rumour, mention("rumoured", 100)]
    assert fold_status(again, day(220) - MOMENT) == "rumoured"
    assert fold_status(again, day(220)) == "lapsed"
    assert fold_status([rumour, mention("denied", 10)], day(999)) == "denied"
    assert fold_status([rumour, mention("denied", 10), mention("rumoured", 20)], day(140)) == "lapsed"
    assert fold_status([rumour, mention("reported", 130)], day(125)) == "lapsed"
    assert fold_status([rumour, mention("reported", 130)], day(130)) == "reported"
    assert fold_status([mention("reported", 0)], day(999)) == "reported"


def test_each_clock_has_its_own_instants() -> None:
    """A report of last year that we learned of today: it was public then, and nothing to us."""
    mentions = [mention("rumoured", 200, published=0), mention("confirmed", 201, published=50)]

    assert fold_status(mentions, day(60), "published") == "confirmed"
    assert fold_status(mentions, day(40), "published") == "rumoured"
    assert fold_status(mentions, day(200), "recorded") == "rumoured"
    assert fold_status(mentions[:1], day(200), "published") == "lapsed"
    assert fold_status(mentions[:1], day(200), "recorded") == "rumoured"


def test_what_was_taken_back_stops_counting_from_then_on() -> None:
    """On the recorded clock at its own time; of the published clock only what stands is given."""
    mentions = [mention("rumoured", 0), mention("confirmed", 1, hidden_recorded=day(5), reason="undo")]

    assert fold_status(mentions, day(5) - MOMENT) == "confirmed"
    assert fold_status(mentions, day(5)) == "rumoured"
    assert fold_status(mentions, day(121)) == "lapsed"
    denial = mention("denied", 2, hidden_recorded=day(3))
    assert fold_status([mention("reported", 0), denial], day(2)) == "denied"
    assert fold_status([mention("reported", 0), denial], day(3)) == "reported"


def test_a_known_event_has_the_status_of_its_mentions() -> None:
    """Before the first of them it is nothing more than a rumour."""
    event = Event(key="k", type="funding", subject="s", title="a round", occurred=Period(day(0), day(0), "d0"))
    known = KnownEvent(event=event, mentions=(mention("reported", 1), mention("denied", 2)))

    assert [known.status(day(at)) for at in (0, 1, 2)] == ["rumoured", "reported", "denied"]
    assert known.status(day(1), "published") == "reported"


def test_every_status_that_speaks_is_a_kind_of_value_to_the_rules() -> None:
    """A rumour is one, what was reported or confirmed is actual, a denial is one; tiers rise to the filing."""
    assert KIND_OF_STATUS == {"rumoured": "rumour", "reported": "actual", "confirmed": "actual", "denied": "denial"}
    assert TIERS == ("aggregator", "anonymous", "press", "official", "filing")


def test_the_date_of_a_value_is_its_period_as_named() -> None:
    """However it was cut at its publication."""
    named, cut = Period(day(0), day(90), "2026-Q1"), Period(day(0), day(40), "2026-Q1")
    common: dict[str, Any] = {
        "series": Series(subject="s", indicator="i", unit="1"), "lo": Decimal(1), "hi": Decimal(1), "op": "eq", "published_at": day(40),
    }  # fmt: skip

    assert Observation(occurred=named, **common).date == (day(0), day(90))
    assert Observation(occurred=cut, period_end=day(90), **common).date == (day(0), day(90))
