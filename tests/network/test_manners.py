"""A pause between two requests and a rest that was asked for, on a clock that the test moves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tracker.errors import SourceError
from tracker.network.manners import Manners


class _Time:
    def __init__(self) -> None:
        self.now, self.slept = 100.0, []  # type: float, list[float]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_second_request_waits_for_the_pause() -> None:
    """Counted from the end of the first; another host does not wait."""
    time = _Time()
    manners = Manners(1.0, clock=lambda: time.now, sleep=time.sleep)

    with manners.turn("a"):
        time.now += 5
    with manners.turn("b"):
        pass
    time.now += 0.25
    with manners.turn("a"):
        pass

    assert time.slept == [0.75]


def test_a_rest_ends_by_itself_and_is_never_shortened() -> None:
    """The longest that was asked for counts."""
    time = _Time()
    manners = Manners(1.0, clock=lambda: time.now, sleep=time.sleep)
    manners.rest("a", timedelta(seconds=60))
    manners.rest("a", timedelta(seconds=5))

    with pytest.raises(SourceError, match="60 s of that are left"), manners.turn("a"):
        pass
    with manners.turn("b"):
        pass
    time.now += 60
    with manners.turn("a"):
        pass


def test_two_threads_take_turns() -> None:
    """Never two requests to one host at a time."""
    manners = Manners(0.0)
    inside, most = [0], [0]

    def ask() -> None:
        with manners.turn("a"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.01)
            inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]
