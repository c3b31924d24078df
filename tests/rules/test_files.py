"""Rule tests in files: those beside this module and the team's hold, in any rhythm and across restarts; a wrong one says why."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tracker import rehearsal
from tracker.errors import DeclarationError, UsageError
from tracker.rehearsal.cases import Loaded, load
from tracker.rehearsal.judging import judge
from tracker.rehearsal.simulate import simulate

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
CASES = [loaded for file in FILES for loaded in load(file.read_text(encoding="utf-8"), file.name)]
each_case = pytest.mark.parametrize("loaded", CASES, ids=[loaded.case.test for loaded in CASES])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_case_of_a_file_holds(file: Path) -> None:
    """As `tracker rules test` runs it."""
    report = rehearsal.test([file])

    assert report.failures == ()
    assert report.ok
    assert report.cases > 5


@each_case
def test_a_case_holds(loaded: Loaded) -> None:
    """Alone, so that the name of the test says which one does not."""
    assert judge(loaded, simulate(loaded)) == []


def test_the_cases_of_the_team_hold(shared: Path) -> None:
    """All of them, and none is left out: every kind that they use exists."""
    report = rehearsal.test([shared / "rules" / "cases.yaml"])

    assert report.failures == ()
    assert report.cases == 30


def test_the_cases_of_the_team_hold_in_any_rhythm(shared: Path) -> None:
    """With ticks at random, and with a restart in the middle."""
    for loaded in load((shared / "rules" / "cases.yaml").read_text(encoding="utf-8"), "cases.yaml"):
        assert judge(loaded, simulate(loaded, extra_ticks=_ticks(loaded), restarts=_ticks(loaded)[::9])) == []


@each_case
def test_ten_times_the_ticks_change_nothing(loaded: Loaded) -> None:
    """Neither a transition nor a message nor a death, and no case holds by its own ticks alone."""
    assert judge(loaded, simulate(loaded, extra_ticks=_ticks(loaded))) == []


@each_case
def test_two_halves_are_the_whole(loaded: Loaded) -> None:
    """A process that ends at any instant and another one that goes on with what the first has stored."""
    ticks = _ticks(loaded)
    once = simulate(loaded)

    halves = simulate(loaded, restarts=[random.Random(loaded.case.test).choice(ticks)])

    assert judge(loaded, halves) == []
    assert halves.transitions == once.transitions
    assert [(at, message.id) for at, message in halves.messages] == [(at, message.id) for at, message in once.messages]


def _ticks(loaded: Loaded) -> Sequence[datetime]:
    """Ten for each time that the case names, spread over it; the same in every run."""
    chance = random.Random(loaded.case.test)
    instants = [loaded.axis.instant(time) for time in loaded.case.times]
    start, length = loaded.axis.start, max(instants) - loaded.axis.start
    spread = [start + chance.random() * length for _ in range(min(60, 10 * len(instants)))]
    # Just before and just after something happens is where a rhythm would show.
    return sorted([*spread, *(at + timedelta(seconds=chance.choice((-1, 1))) for at in instants if at > start)])


def _file(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


_FIRES = """- test: {name}
  rule: {{kind: threshold, fire: "<80"}}
  fail: [{{receiver: hook, from: d0, to: d9, permanent: true}}]
  receivers: [mail, hook]
  observe:
  - {{at: d1.5, value: 70}}
  {expectation}
"""


@pytest.mark.parametrize(
    ("expectation", "part", "got"),
    [
        ("expect: [d1.5 firing]", "expect", ("d0 nodata", "d1.5 data_back", "d1.5 firing")),
        ("expect: [d0 nodata, d1.5 firing, d1.5 data_back]", "expect", ("d0 nodata", "d1.5 data_back", "d1.5 firing")),
        ("expect: [d0 nodata, d1.5 data_back, d1.6 firing]", "expect", ("d0 nodata", "d1.5 data_back", "d1.5 firing")),
        ("notify: []", "notify", ("d1.5 mail: firing",)),
        ("notify: ['d1.5 mail: firing', 'd1.5 mail: firing']", "notify", ("d1.5 mail: firing",)),
        ("dead: []", "dead", ("d1.5 hook dead",)),
    ],
)
def test_a_wrong_expectation_says_want_and_got(
    expectation: str, part: str, got: tuple[str, ...], tmp_path: Path
) -> None:
    """The whole list is compared, in order; nothing is a subset."""
    file = _file(tmp_path, _FIRES.format(name="one", expectation=expectation))

    report = rehearsal.test([file])

    assert not report.ok
    (failure,) = report.failures
    assert (failure.file, failure.test, failure.part) == (str(file), "one", part)
    assert failure.got == got
    assert failure.want != got


def test_what_a_case_leaves_out_is_not_compared(tmp_path: Path) -> None:
    """And the order of messages of one instant is free."""
    text = _FIRES.format(name="one", expectation="until: d4") + _FIRES.format(
        name="two", expectation="notify: ['d1.5  mail:  firing']"
    )

    assert rehearsal.test([_file(tmp_path, text)]) == rehearsal.Report(cases=2, failures=())


_RULE = '- test: t\n  rule: {kind: threshold, fire: "<80"}\n'


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (_RULE + "  observes: []\n", "3:3", "unknown key 'observes'"),
        (_RULE + "  observe:\n  - {at: d0, valu: 7}\n", "4:14", "unknown key 'valu'"),
        (_RULE + "  observe:\n  - {value: 7}\n", "4:5", "required"),
        (_RULE + "  observe:\n  - {at: tomorrow, value: 7}\n", "4:10", "'tomorrow'"),
        (_RULE + "  observe:\n  - {at: d0, of: d, value: 7}\n", "4:18", "'d'"),
        (_RULE + "  observe:\n  - {at: d0, value: 7, by: never}\n", "4:28", "'never'"),
        (_RULE + "  observe:\n  - {at: d0, value: 7}\n  - {at: 2025-12-31, value: 7}\n", "5:10", "precedes the start"),
        (_RULE + "  ticks: [d1, x2]\n", "3:15", "'x2'"),
        (_RULE + "  until: soon\n", "3:10", "'soon'"),
        (_RULE + "  down: [[d4, d2]]\n", "3:15", "d2 lies before the beginning of the interval, d4"),
        (_RULE + "  mutes: [{from: d4, to: d2}]\n", "3:26", "d2 lies before the beginning of the interval, d4"),
        (_RULE + "  expect: [d0 nodata, firing]\n", "3:23", "'firing'"),
        (_RULE + "  notify: ['']\n", "3:12", "''"),
        (_RULE + "  group_by: receiver\n", "3:13", "'rule', 'subject' or 'all'"),
        (_RULE + "  group_wait: 1 fortnight\n", "3:15", "no duration"),
        ("- test: t\n", "1:3", "either `rule` or `rules`"),
        ("- {test: t, rule: {kind: treshold, fire: '<8'}}\n", "1:26", "unknown kind of rule 'treshold'"),
        ("- {test: t, rule: {kind: threshold, fire: '=8'}}\n", "1:43", "'=8' is no condition"),
        ("- {test: t, rule: {kind: threshold, fire: '<8', windw: 3d}}\n", "1:49", "unknown key 'windw'"),
        ("- {test: t, rule: {kind: threshold, fire: '<8', for: 3}}\n", "1:54", "no duration"),
        ("- {test: t, rules: [{kind: stale, every: 3d}, {kind: stale, every: 3d}]}\n", "1:20", "two rules have one id"),
        ("- {test: t, test: u, rule: {kind: stale, every: 3d}}\n", "1:13", "test"),
        ("test: t\n", "1:1", "a list of cases"),
        ("- test: [\n", "", ""),
    ],
    ids=lambda text: text.splitlines()[-1].strip()[:40] if text else "-",
)
def test_a_malformed_file_says_where(text: str, place: str, said: str, tmp_path: Path) -> None:
    """file:line:col and what is wrong there; nothing is run."""
    file = _file(tmp_path, text)

    with pytest.raises(DeclarationError) as refused:
        rehearsal.test([file])

    assert str(refused.value).startswith(f"{file}:{place}")
    assert said in str(refused.value)
    assert refused.value.exit_code == 2
    assert refused.value.source == text


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """Each case has its own."""
    text = _RULE + "  tick: []\n" + _RULE + "  until: soon\n"

    with pytest.raises(DeclarationError) as refused:
        rehearsal.test([_file(tmp_path, text)])

    assert [(problem.line, problem.path) for problem in refused.value.problems] == [(3, "0.tick"), (6, "1.until")]


def test_a_file_that_cannot_be_read_is_bad_usage(tmp_path: Path) -> None:
    """A folder, a file that is not there, one that is no text."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in (".", "none.yaml", "binary.yaml"):
        with pytest.raises(UsageError, match="cannot be read"):
            rehearsal.test([tmp_path / name])


def test_the_start_of_a_case_in_dates_is_its_first_observation(tmp_path: Path) -> None:
    """Not a tick and not a mute: they must not change a result."""
    text = """- test: t
  rule: {kind: stale, every: 10d}
  ticks: [2025-12-01]
  mutes: [{from: 2025-11-01, to: 2025-11-02}]
  observe:
  - {at: 2026-01-05, value: 1, kind: rumour}
  until: 2026-01-20
  expect: [2026-01-15 firing]
"""

    assert rehearsal.test([_file(tmp_path, text)]).failures == ()
