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
from tracker.tongue import many, say, speaking

#: So many alerts are told in full, the rest by their headline.
IN_FULL = 15
#: Mail programs cut a page at about 100 kB. One that is larger tells fewer in full, fewer by their headline, fewer lines.
_LARGEST = 98_000
_SHORTER = ((IN_FULL, 200, 200), (8, 200, 100), (5, 120, 60), (3, 60, 40), (1, 20, 10))
_BODY = re.compile(r"<body\b[^>]*>")


def render(message: Message, *, templates: Path | None = None) -> Rendered:
    """The message as it is sent. `templates` is a folder whose files are taken before the package's own."""
    with speaking(message.language):
        return _rendered(message, templates)


def _rendered(message: Message, templates: Path | None) -> Rendered:
    if message.kind == "digest":
        return _digest(message)
    values = _values(message)
    text = draw("message.txt", values, lambda why: _plain_text(values, why), templates)
    html = _html(values, templates)
    told = tuple((item, _section(facts(item), templates)) for item in message.items)
    return Rendered(
        subject=values["subject"], text=text.strip("\n") + "\n", html=html.lstrip("\n"),
        markdown=files.whole_text(message, told), files=files.files(message, told),
        images=tuple((one.picture, one.chart, one.letters) for one in values["items"] if one.picture),
    )  # fmt: skip


def _html(values: dict[str, Any], templates: Path | None) -> str:
    """As much as a mail program shows; the text part says it all."""
    html = ""
    items = [*values["items"], *values["others"]]
    for full, short, lines in _SHORTER:
        others = items[full:]
        fewer = {
            "items": items[:full], "others": others[:short], "left": max(len(others) - short, 0),
            "brief": [(heading, under[:lines], max(len(under) - lines, 0)) for heading, under in values["brief"]],
        }  # fmt: skip
        html = draw("message.html", values | fewer, lambda why: "", templates)
        if len(html.encode()) <= _LARGEST:
            break
    return html


def _digest(message: Message) -> Rendered:
    """A digest comes drawn; here it gets its subject and its file."""
    text = "\n".join(plain.terminal(line).rstrip() for line in (message.text or message.markdown).splitlines())
    html, markdown = message.html, message.markdown
    if said := note(message):  # the file is the digest itself, whoever has it
        text, markdown = f"({said})\n\n{text}", f"{plain.markdown(said)}\n\n{markdown}"
        html = _BODY.sub(lambda body: f"{body[0]}<p>{plain.html(said)}</p>", html, count=1)
    return Rendered(
        subject=subject(message), text=f"{text}\n", html=html, markdown=markdown, files=files.digest(message),
        images=message.images,
    )  # fmt: skip


def _values(message: Message) -> dict[str, Any]:
    """What a template may name."""
    items = [facts(item) for item in gravest_first(message)]
    need = many(len(items), "{n} thing needs attention.", "{n} things need attention.")
    return {
        "opening": message.kind == "opening",
        "test": message.kind == "test",
        "subject": subject(message),
        "watch": plain.line(message.watch),
        "time": local(message.at, message.timezone),
        "title": say("{watch}: opening brief", watch=plain.line(message.watch)),
        "head": say(
            "Opening brief of {watch}, {time}.",
            watch=plain.line(message.watch),
            time=local(message.at, message.timezone),
        ),
        "foot": say("times in {zone}", zone=message.timezone),
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
    last = (
        (say("Quote"), told.quote), (say("Source"), told.quote_source), (say("Link"), told.link), (say("Answer"), told.answer),
    )  # fmt: skip
    yield from ((label, text) for label, text in last if text)


def _plain_text(values: dict[str, Any], why: str) -> str:
    """Everything that the template would have said, without its looks."""
    lines = [values["subject"], *filter(None, (values["note"],)), why]
    for told in (*values["items"], *values["others"]):
        lines += [
            "",
            f"[{told.grade} · {told.word}] {told.headline}",
            *(f"{label}: {text}" for label, text in _lines(told)),
        ]
    for heading, under in values["brief"]:
        lines += ["", heading, *(f"- {line}" for line in under)]
    return "\n".join([*lines, "", _foot(values)])


def _plain_markdown(told: Facts, why: str) -> str:
    facts_ = "".join(f"- {label}: {plain.markdown(text)}\n" for label, text in _lines(told))
    return f"**{plain.markdown(told.headline)}**\n\n{plain.markdown(why)}\n\n{facts_}"


def _foot(values: dict[str, Any]) -> str:
    return f"{values['watch']} · {values['time']} · {values['foot']}"
