"""One event, many reports: which known event a report is of, and why; or that it is the first word of a new one.

Reports of one type about one subject within the type's window are one event, unless a person, product, party or sum that
both name differs. A link or a headline that is the same says so by itself. Without a declared subject to hold two reports
together, they must have something in common that is no accident: a product, a person, a sum, or most of their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from tracker.extraction.folding import fold, is_cjk, title_key
from tracker.extraction.parties import same_party
from tracker.extraction.readings import EventReading, Modality
from tracker.extraction.sameness import (
    amounts_differ,
    people_differ,
    products_differ,
    roles_differ,
    roughly,
    same_amount,
)
from tracker.quantity import Quantity

#: Units of a currency for one US dollar on a day; None where nobody knows.
Rates = Callable[[str, date], Decimal | None]

#: How long reports of one type are reports of one event, in days.
WINDOWS: Mapping[str, timedelta] = {
    "funding": timedelta(180), "ipo": timedelta(365), "acquisition": timedelta(365), "contract": timedelta(90),
    "partnership": timedelta(90), "departure": timedelta(90), "release": timedelta(60),
}  # fmt: skip
DEFAULT_WINDOW = timedelta(21)

#: In these types a product is what happened; in a round it is only named beside it.
_OF_PRODUCTS = frozenset({"release", "benchmark", "partnership", "contract"})
_OF_PEOPLE = frozenset({"departure", "arrival"})
_OF_TWO = frozenset({"contract", "partnership", "acquisition"})
_OF_SUMS = frozenset({"funding", "contract", "acquisition", "ipo"})
#: Share of the smaller headline's words that two reports of nobody declared must have in common; beside an equal sum, less.
_MOST, _HALF, _SOME = 0.6, 0.4, 0.2
#: Of these one company has many within a window: its name alone ties nothing.
_BY_MORE = frozenset({"release", "benchmark", "partnership", "contract"})
#: Equal sums so near in time are one where the names stand in two scripts and cannot be compared.
_CLOSE = timedelta(4)
_FEW_WORDS = 4
_NEARBY = timedelta(21)
_LATIN = re.compile(r"[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one report says of one event, as far as reports are compared. Links come normalised."""

    type: str
    subject: str | None
    start: date  # first and last day that it may have happened on
    end: date
    modality: Modality = "actual"
    link: str = ""
    title: str = ""  # as `title_key` makes it; "" where the headline tells something else
    words: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    amounts: tuple[Quantity, ...] = ()
    valuations: tuple[Quantity, ...] = ()
    who: tuple[str, ...] = ()  # names of whom nobody declared
    others: tuple[str, ...] = ()  # and of the other parties to an agreement
    field: str = ""  # what the office of a person is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A known event and everything that was said of it, oldest first."""

    key: str
    accounts: tuple[Account, ...]

    def with_(self, account: Account) -> Story:
        """The story with one more report."""
        return replace(self, accounts=(*self.accounts, account))


@dataclass(frozen=True, slots=True)
class Place:
    """The known event that a report belongs to, and what ties it to it."""

    key: str
    why: str


def account(
    reading: EventReading, title: str, days: tuple[date, date], *, link: str = "", subjects: Iterable[str] = ()
) -> Account:
    """A reading of a text with this headline, published on one of these days; `subjects` tell a party from its class."""
    declared = set(subjects)
    return Account(
        type=reading.type,
        subject=reading.subject,
        start=reading.occurred or days[0],
        end=reading.occurred or days[1],
        modality=reading.modality,
        link=link,
        title=title_key(title) if reading.in_title else "",
        words=words(reading.quote),
        people=reading.people,
        roles=(reading.role,) if reading.role and reading.type in _OF_PEOPLE else (),
        products=reading.products,
        parties=tuple(party for party in reading.counterparty if party in declared),
        amounts=(reading.amount,) if reading.amount is not None else (),
        valuations=(reading.valuation,) if reading.valuation is not None else (),
        who=reading.who,
        others=reading.others,
        field=reading.field,
    )


def words(text: str) -> frozenset[str]:
    """What two headlines of one language can have in common: words of letters, pairs of characters."""
    folded = fold(text)
    pairs = {a + b for a, b in pairwise(folded) if is_cjk(a) and is_cjk(b) and a.isalpha() and b.isalpha()}
    return frozenset(pairs | {word for word in _LATIN.findall(folded) if len(word) > 2 or word.isdigit()})


def window_of(type_: str, declared: Iterable[timedelta | None] = ()) -> timedelta:
    """The window of a type; what indicators of the subject declare for it wins, the widest of several."""
    given = [span for span in declared if span is not None]
    return max(given) if given else WINDOWS.get(type_, DEFAULT_WINDOW)


def place(
    report: Account,
    known: Sequence[Story],
    window: timedelta,
    rates: Rates | None = None,
    bare: timedelta | None = None,
) -> Place | None:
    """The event that the report is of, and why: by link, then headline, then the event itself; the nearest of several.

    `bare` is the window for two reports that share nothing but type and subject; None: the same window.
    """
    best: tuple[int, timedelta, int] | None = None
    found: Place | None = None
    for number, story in enumerate(known):
        tie = _tie(report, story, window, rates)
        if tie is not None and bare is not None and tie[0] == 2 and _bare(report, story, bare, rates):
            continue
        if tie is None:
            continue
        rank, why = tie
        if best is None or (rank, _distance(report, story), number) < best:
            best, found = (rank, _distance(report, story), number), Place(story.key, why)
    return found


def _tie(report: Account, story: Story, window: timedelta, rates: Rates | None) -> tuple[int, str] | None:
    said = story.accounts
    if not any((one.type, one.subject) == (report.type, report.subject) for one in said) or _other(report, said):
        return None
    if report.link and any(one.link == report.link for one in said):
        return 0, "same link"
    distance = _distance(report, story)
    if distance > window:
        again = distance <= 2 * window and report.subject and any(_same_sum(report, one, rates) for one in said)
        return (3, "type + subject + sum") if again and report.type in _OF_SUMS else None
    if report.title and any(one.title == report.title for one in said):
        return 1, "same title"
    if report.type in _OF_SUMS and _sums_differ(report, said, rates):
        return None
    if report.subject is None:
        shared = _in_common(report, said, rates, distance)
        return (2, f"type + {shared}") if shared else None
    return 2, "type + subject + window"


def _bare(report: Account, story: Story, window: timedelta, rates: Rates | None) -> bool:
    """Whether nothing that both name holds a report to its story, and no other of its reports is near in time."""
    if report.subject is None or any(_surely_near(report, one, window) for one in story.accounts):
        return False
    for one in story.accounts:
        named = report.products and one.products and not products_differ(report.products, one.products)
        if named or set(report.people) & set(one.people) or set(report.parties) & set(one.parties):
            return False
    return not any(_same_sum(report, one, rates) for one in story.accounts)


def _surely_near(one: Account, other: Account, window: timedelta) -> bool:
    """Whether two reports are near whatever day of its month each is of; what has no date may be."""
    if date.min in (one.start, other.start):
        return True
    return max(one.end - other.start, other.end - one.start) <= window


def _distance(report: Account, story: Story) -> timedelta:
    """Days between a report and the first word of its story: a chain of reports must not drag an event along for years."""
    first = story.accounts[0]
    return _days_between(report, first)


def _other(report: Account, said: Sequence[Account]) -> bool:
    """Whether somebody or something that both name differs."""
    # The name that the story began with: what later reports add beside it must not draw other releases in.
    product = next((one.products for one in said if one.products), ())
    if report.type in _OF_PRODUCTS and products_differ(report.products, product):
        return True
    people = _all(one.people for one in said)
    if people_differ(report.people, people):
        return True
    named = bool(report.people and people)
    if not named and roles_differ(report.roles, _all(one.roles for one in said)):
        return True
    if (
        not named
        and report.field
        and any(one.field for one in said)
        and report.field not in {one.field for one in said}
    ):
        return True
    parties = _all(one.parties for one in said)
    if report.parties and parties and not set(report.parties) & set(parties):
        return True
    return _strangers(report, said)


def _strangers(report: Account, said: Sequence[Account]) -> bool:
    """Whether names that nobody declared are of other companies in the two."""
    if report.type in _OF_TWO:
        here = {*report.who, *report.others}
        return all(same_party(here, {*one.who, *one.others}) is False for one in said)
    return report.subject is None and all(same_party(report.who, one.who) is False for one in said)


def _all(listed: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in listed for one in each))


def _sums_differ(report: Account, said: Sequence[Account], rates: Rates | None) -> bool:
    """Whether the sum, or the valuation, is another one than in every report that names any."""
    sums = [(amount, one.end) for one in said for amount in one.amounts]
    worth = [(amount, one.end) for one in said for amount in one.valuations]
    if _all_differ(report.amounts, sums, report.end, rates):
        return True
    # What is said of the worth drifts while a round is talked of: only a multiple is another round.
    return _all_differ([roughly(one) for one in report.valuations], worth, report.end, rates)


def _all_differ(
    mine: Sequence[Quantity], theirs: Sequence[tuple[Quantity, date]], end: date, rates: Rates | None
) -> bool:
    return bool(mine and theirs) and all(
        amounts_differ(one, other, _on(rates, max(end, day))) for one in mine for other, day in theirs
    )


def _on(rates: Rates | None, day: date) -> Callable[[str], Decimal | None] | None:
    return None if rates is None else lambda currency: rates(currency, day)


def _in_common(report: Account, said: Sequence[Account], rates: Rates | None, distance: timedelta) -> str:
    """What holds two reports about nobody declared together; "" for nothing."""
    for one in said:
        if report.products and one.products and not products_differ(report.products, one.products):
            return "product + window"
        if report.people and one.people and not people_differ(report.people, one.people):
            return "person + window"
        alike = _alike(report.words, one.words)
        named = same_party(report.who, one.who)
        equal = _same_sum(report, one, rates)
        if named and (report.type not in _BY_MORE or equal or alike >= _HALF):
            return "name + window"
        if distance > _NEARBY:
            continue
        if alike >= _MOST and report.type not in _OF_PEOPLE:
            return "words + window"
        if equal and (alike >= _SOME or _shared_name(report.words, one.words)):
            return "amount + words + window"
        if equal and named is None and _days_between(report, one) <= _CLOSE:
            return "amount + days"
    return ""


def _days_between(one: Account, other: Account) -> timedelta:
    return max(one.start - other.end, other.start - one.end, timedelta(0))


def _same_sum(report: Account, one: Account, rates: Rates | None) -> bool:
    rate = _on(rates, max(report.end, one.end))
    return any(same_amount(mine, theirs, rate) for mine in report.amounts for theirs in one.amounts)


def _shared_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a Chinese and an English headline share a word in letters: in Chinese that is a name."""
    if any(is_cjk(word[0]) for word in one) == any(is_cjk(word[0]) for word in other):
        return False
    return any(word.isalpha() for word in one & other)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= _FEW_WORDS else 0.0
