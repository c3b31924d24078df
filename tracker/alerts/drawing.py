"""Templates: drawn in a sandbox, strict about names, and never in the way. A template that fails costs its looks, not the alert."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import plain
from tracker.alerts.facts import clipped
from tracker.tongue import language, say

if TYPE_CHECKING:
    from jinja2 import Environment

log = logging.getLogger(__name__)


class Inert(str):
    """Markdown that was made inert already."""

    __slots__ = ()


def draw(name: str, values: dict[str, Any], otherwise: Callable[[str], str], templates: Path | None = None) -> str:
    """The template, from the folder `templates` where it has one of this name; what `otherwise` makes of the mistake if it fails."""
    try:
        return (
            _environment(name.rpartition(".")[2], templates)
            .get_template(name)
            .render(values | {"say": say, "language": language()})
        )
    except Exception as error:  # a template may fail in every way that code can, and the alert must go out
        why = clipped(f"{type(error).__name__}: {error}", 200)
        log.warning("the template %s could not be drawn, the plain facts are sent: %s", name, why)
        return otherwise(
            say("The template {name} could not be drawn ({why}); these are the plain facts.", name=name, why=why)
        )


@lru_cache(maxsize=8)
def _environment(form: str, templates: Path | None) -> Environment:
    """HTML and Markdown are escaped by default; text comes as one-line facts and needs no escape."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    own = [FileSystemLoader(templates)] if templates else []
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, PackageLoader("tracker.alerts")]),
        undefined=StrictUndefined,
        autoescape=form == "html",
        finalize=_escaped if form == "md" else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["code"] = _code
    made.filters["column"] = _column
    made.filters["cite"] = lambda title, url: Inert(plain.markdown_link(title, url))
    return made


def _escaped(value: Any) -> Any:
    return value if isinstance(value, Inert) or not isinstance(value, str) else plain.markdown(value)


def _code(text: str) -> Inert:
    """A command between backticks."""
    return Inert(f"`{plain.line(text).replace('`', chr(39))}`")


def _column(label: str) -> str:
    """A label in a column of its own; a Chinese letter is two wide."""
    return plain.padded(say("{label}:", label=label), 15) + " "
