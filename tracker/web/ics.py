"""What is due as a calendar (RFC 5545): all-day entries, the same id for the same thing whenever it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import Any

from tracker import plain
from tracker.pipeline import Desk

#: A line has at most so many octets.
OCTETS = 75


def document(rows: Sequence[Mapping[str, Any]], desk: Desk) -> str:
    """The whole calendar. What is overdue stands on the day on which it was due."""
    stamp = desk.clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tracker//calendar//EN",
        f"X-WR-CALNAME:{_text(desk.declaration.watch)}",
    ]
    for row in rows:
        day = date.fromisoformat(row["day"])
        subject = desk.declaration.subjects.get(row["subject"])
        about = subject.name if subject else row["subject"]
        name = f"{row['name']} ({about}): {row['what']}" if row["name"] else row["what"]
        made_of = "\0".join((row["kind"], row["indicator"], row["subject"], row["what"], row["day"]))
        lines += [
            "BEGIN:VEVENT", f"UID:{hashlib.sha256(made_of.encode()).hexdigest()[:32]}@tracker", f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(('overdue: ' if row['overdue'] else '') + name)}",
            *([f"DESCRIPTION:{_text(row['where'])}"] if row["where"] else []), "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _text(text: str) -> str:
    """One line; what has a meaning in a calendar is escaped."""
    return plain.line(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never through a character; all but the first begin with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > OCTETS:
            yield piece
            piece = " "
        piece += letter
    yield piece
