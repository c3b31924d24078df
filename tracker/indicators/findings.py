"""Collects mistakes while a declaration is read: each with its place, its path and, where there is one, a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Literal

from tracker.errors import DeclarationError, Problem
from tracker.indicators import veil
from tracker.indicators.positions import Document, Path, Place


class Findings:
    """All mistakes of one document. What looks like a secret is never repeated in a message."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._secrets: list[str] = []
        self._hidden: list[Place] = []
        self._found: list[Problem] = list(document.problems)

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self,
        path: Path,
        message: str,
        *,
        on: Literal["key", "value"] = "value",
        hint: str = "",
        code: str = "invalid",
        level: Literal["error", "warning"] = "error",
    ) -> None:
        """A mistake at a path; the caret goes under the key or under the value."""
        place = self.document.place(path, on=on)
        self._found.append(
            Problem(
                message=message, hint=hint, code=code, level=level, path=spelt(path), file=self.document.file,
                line=place.line, column=place.column, length=place.length,
            )
        )  # fmt: skip

    def unknown(
        self, path: Path, what: str, name: str, known: Iterable[str], *, on: Literal["key", "value"] = "value"
    ) -> None:
        """A name that nobody declared, with the nearest that somebody did, or all of them when they are few."""
        names = sorted(set(known))
        self.add(path, f"unknown {what} {name!r}", on=on, hint=suggest(name, names), code="unknown")

    def hide(self, secret: str, place: Place, *, whole: bool) -> None:
        """Never repeat this text; a `whole` value is hidden at its place too, however it is written there."""
        self._secrets.append(secret)
        if whole or place.lines > 1:
            self._hidden.append(place)

    def problems(self) -> list[Problem]:
        """In the order of the file, each once."""
        unique = {(one.line, one.column, one.message): self._discreet(one) for one in reversed(self._found)}
        return sorted(unique.values(), key=lambda one: (one.line, one.column, one.message))

    def error(self) -> DeclarationError:
        """All of them as one error."""
        return DeclarationError(self.problems(), veil.lines_of(self.document.text, self._secrets, self._hidden))

    def _discreet(self, problem: Problem) -> Problem:
        if not self._secrets:
            return problem
        return replace(
            problem, message=veil.words(problem.message, self._secrets), hint=veil.words(problem.hint, self._secrets)
        )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, letter case aside."""
    by_folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean 'severity'?`, or the few names that there are."""
    names = list(known)
    if near := nearest(name, names):
        return f"did you mean {near!r}?"
    return "known: " + ", ".join(names) if 0 < len(names) <= 14 else ""


def spelt(path: Path) -> str:
    """`indicators.funding.targets[0].value`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
