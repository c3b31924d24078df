"""A message in its forms, made once when it is enqueued. Pure but for the templates, which are part of the package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tracker import plain
from tracker.alerts import files
from tracker.alerts.drawing import draw
from tracker.alerts.facts import Facts, facts, gravest_first, local, note
from tracker.alerts.subjects import subject
from tracker.model.told import Message, Rendered

#: So many alerts are told in full, the rest by their headline: mail programs cut a page at about 100 kB.
IN_FULL = 20
_BODY = re.compile(r"<body\b[^>]*>")


def render(message: Message, *, templates: Path | None = None) -> Rendered:
    """The message as it is sent. `templates` is a folder whose files are taken before the package's own."""
    if message.kind == "digest":
        return _digest(message)
    values = _values(message)
    text = draw("message.txt", values, lambda why: _plain_text(values, why), templates)
    html = draw("message.html", values, lambda why: "", templates)  # the text part says it all
    told = tuple((item, _section(facts(item), templates)) for item in message.items)
    return Rendered(
        subject=values["subject"], text=text.strip("\n") + "\n", html=html.lstrip("\n"),
        markdown=files.whole_text(message, told), files=files.files(message, told),
    )  # fmt: skip


def _digest(message: Message) -> Rendered:
    """A digest comes drawn; here it gets its subject and its file."""
    text = "\n".join(plain.terminal(line).rstrip() for line in (message.text or message.markdown).splitlines())
    html, markdown = message.html, message.markdown
    if said := note(message):  # the file is the digest itself, whoever has it
        text, markdown = f"({said})\n\n{text}", f"{plain.markdown(said)}\n\n{markdown}"
        html = _BODY.sub(lambda body: f"{body[0]}<p>{plain.html(said)}</p>", html, count=1)
    return Rendered(
        subject=subject(message), text=f"{text}\n", html=html, markdown=markdown, files=files.digest(message),
    )  # fmt: skip


def _values(message: Message) -> dict[str, Any]:
    """What a template may name."""
    items = [facts(item) for item in gravest_first(message)]
    need = "1 thing needs attention." if len(items) == 1 else f"{len(items)} things need attention."
    return {
        "opening": message.kind == "opening",
        "test": message.kind == "test",
        "subject": subject(message),
        "watch": plain.line(message.watch),
        "time": local(message.at, message.timezone),
        "timezone": message.timezone,
        "need": need,
        "note": note(message),
        "items": items[:IN_FULL],
        "others": items[IN_FULL:],
        "brief": [(plain.line(heading), [plain.line(line) for line in lines]) for heading, lines in message.brief],
    }


def _section(told: Facts, templates: Path | None) -> str:
    drawn = draw("item.md", {"item": told}, lambda why: _plain_markdown(told, why), templates)
    return drawn.strip("\n") + "\n"


def _lines(told: Facts) -> Iterable[tuple[str, str]]:
    yield from told.pairs
    last = (("Quote", told.quote), ("Source", told.quote_source), ("Link", told.link), ("Answer", told.answer))
    yield from ((label, text) for label, text in last if text)


def _plain_text(values: dict[str, Any], why: str) -> str:
    """Everything that the template would have said, without its looks."""
    lines = [values["subject"], *filter(None, (values["note"],)), why]
    for told in (*values["items"], *values["others"]):
        lines += [
            "",
            f"[{told.severity} · {told.word}] {told.headline}",
            *(f"{label}: {text}" for label, text in _lines(told)),
        ]
    for heading, under in values["brief"]:
        lines += ["", heading, *(f"- {line}" for line in under)]
    return "\n".join([*lines, "", f"{values['watch']} · {values['time']} · times in {values['timezone']}"])


def _plain_markdown(told: Facts, why: str) -> str:
    facts_ = "".join(f"- {label}: {plain.markdown(text)}\n" for label, text in _lines(told))
    return f"**{plain.markdown(told.headline)}**\n\n{plain.markdown(why)}\n\n{facts_}"
