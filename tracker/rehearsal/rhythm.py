"""A case in another rhythm: with ticks at random, and by two processes one after the other. Neither may change a thing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from tracker.rehearsal.cases import PARTS, Loaded
from tracker.rehearsal.judging import Failure, Lines, Rhythm, given, same, written
from tracker.rehearsal.simulate import Recording, simulate

#: Ticks that are added: half of them anywhere, half of them just before and after something happens.
_TICKS = 10
_MOMENT = timedelta(seconds=1)


def otherwise(loaded: Loaded, recording: Recording, seed: int, file: str = "") -> list[Failure]:
    """What differs from the recording when the case is played in a rhythm that the seed gives; [] when nothing does."""
    own = given(loaded, recording)
    ticks, half = _ticks(loaded, seed)
    both = list(_differences(loaded, own, "ticks and halves", seed, file, ticks, [half]))
    if not both:  # one run for the two: they are told apart only where they must be
        return []
    apart = [
        *_differences(loaded, own, "ticks", seed, file, ticks, []),
        *_differences(loaded, own, "halves", seed, file, [], [half]),
    ]
    return apart or both


def _differences(
    loaded: Loaded, own: Lines, rhythm: Rhythm, seed: int, file: str, ticks: list[datetime], restarts: list[datetime]
) -> Iterator[Failure]:
    other = given(loaded, simulate(loaded, extra_ticks=ticks, restarts=restarts))
    for part in PARTS:
        if not same(own[part], other[part]):
            yield Failure(
                file=file, test=loaded.case.test, part=part, want=tuple(written(loaded.axis, own[part])),
                got=tuple(written(loaded.axis, other[part])), rhythm=rhythm, seed=seed,
            )  # fmt: skip


def _ticks(loaded: Loaded, seed: int) -> tuple[list[datetime], datetime]:
    """The ticks, and the instant at which the second process takes over; the same for the same seed and case."""
    chance = random.Random(f"{seed}:{loaded.case.test}")
    start = loaded.axis.start
    instants = sorted({start, *(loaded.axis.instant(time) for time in loaded.case.times)})
    length = max(instants[-1] - start, timedelta(days=1))
    anywhere = [start + chance.random() * length for _ in range(_TICKS - _TICKS // 2)]
    beside = [chance.choice(instants) + chance.choice((-1, 1)) * _MOMENT for _ in range(_TICKS // 2)]
    ticks = [at for at in (*anywhere, *beside) if at > start]
    return ticks, chance.choice([*ticks, *instants])
