"""The text format of Prometheus 0.0.4. Values have no time of their own: they may be months old, and say so beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tracker import pipeline, plain
from tracker.pipeline import Desk

Sample = tuple[Mapping[str, str], object]


def text(desk: Desk) -> str:
    """The whole document. A value that is an interval has the end that is known; what is unknown has no line."""
    return "".join(f"{line}\n" for line in _lines(desk))


def _lines(desk: Desk) -> Iterator[str]:
    board = pipeline.board(desk)
    about = [({name: row[name] or "" for name in ("indicator", "subject", "unit", "kind", "op")}, row) for row in board]
    values = [(labels, _number(row["lo"], row["hi"])) for labels, row in about if row["value"] is not None]
    learned = [
        ({name: labels[name] for name in ("indicator", "subject")}, row["recorded_at"].timestamp())
        for labels, row in about
        if row["recorded_at"] is not None
    ]
    firing = Counter(row["severity"] for row in pipeline.alerts(desk) if row["state"] == "firing")
    sources, status = pipeline.sources(desk), pipeline.status(desk)[0]
    tick = pipeline.pulse(desk).at
    yield from _family("tracker_indicator_value", "The newest believed value, in its unit.", values)
    yield from _family("tracker_indicator_recorded_timestamp_seconds", "When that value reached us.", learned)
    yield from _family(
        "tracker_alerts_firing",
        "Alerts that fire.",
        [({"severity": one}, firing[one]) for one in ("info", "warning", "critical")],
    )
    yield from _family(
        "tracker_source_up", "1 while the source's last pass was good, 0 when it failed.",
        [({"source": row["source"]}, int(row["last_error"] is None)) for row in sources if row["state"] != "never"],
    )  # fmt: skip
    yield from _family(
        "tracker_source_last_success_timestamp_seconds", "When a pass of the source was last good.",
        [({"source": row["source"]}, row["last_ok"].timestamp()) for row in sources if row["last_ok"] is not None],
    )  # fmt: skip
    yield from _family(
        "tracker_source_entries",
        "Texts that the source brought.",
        [({"source": row["source"]}, row["entries"]) for row in sources],
    )
    yield from _family("tracker_outbox_waiting", "Messages that wait to be sent.", [({}, status["outbox"])])
    yield from _family("tracker_outbox_undeliverable", "Messages that were given up.", [({}, status["dead"])])
    yield from _family("tracker_checks_overdue", "Checks by hand that are due.", [({}, status["overdue"])])
    if tick is not None:
        yield from _family("tracker_tick_timestamp_seconds", "When the daemon last ticked.", [({}, tick.timestamp())])


def _family(name: str, what: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{said}}} {value}" if said else f"{name} {value}"


def _number(lo: str | None, hi: str | None) -> Decimal:
    known = lo if lo is not None else hi
    return Decimal(known or 0)


def _escaped(text: str) -> str:
    return plain.line(text).replace("\\", "\\\\").replace('"', '\\"')
