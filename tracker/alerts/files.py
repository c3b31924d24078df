"""What a message is as Markdown files: names, front matter, sections. Pure; `writing` puts them on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from tracker import plain, timing
from tracker.alerts.facts import Facts, facts, gravest_first, local, note, word
from tracker.model.told import Item, Message
from tracker.tongue import say

#: A message's items with the Markdown of each.
Told = Sequence[tuple[Item, str]]
File = tuple[str, str, str]
_LONGEST_NAME = 160  # bytes; a file system takes 255, with the ending and what a temporary file adds


def files(message: Message, told: Told) -> tuple[File, ...]:
    """Path below alerts/, whole text of a new file, section for one that exists."""
    if message.kind == "test":
        return (_test(message, told),)
    own = tuple(_episode(message, item, text) for item, text in told)
    return (_opening(message, told), *own) if message.kind == "opening" else own


def whole_text(message: Message, told: Told) -> str:
    """The message as one Markdown text, for whoever shows it whole."""
    parts = [f"# {plain.markdown(message.watch)}, {local(message.at, message.timezone)}\n", *_noted(message)]
    parts += [f"## {_state(item)}\n\n{text}" for item, text in told]
    return "\n".join([*parts, *_brief(message, "##")])


def digest(message: Message) -> tuple[File, ...]:
    """The digest's own file. It has no section: a second digest of a period replaces the first."""
    front = {"type": "digest", "watch": message.watch, "period": message.period, "generated_at": timing.iso(message.at)}
    front |= {name: text for name, text in message.front if name not in front}
    body = message.markdown or f"```text\n{message.text.replace('```', '')}\n```\n"
    whole = body if body.startswith("---\n") else f"{_front(front)}\n{body.lstrip(chr(10))}"
    return ((f"digests/{file_name(message.period)}.md", whole.rstrip("\n") + "\n", ""),)


def mark(key: str) -> str:
    """The comment by which a section is known; foreign text cannot make one, its `<` is escaped."""
    return f"<!-- message {plain.slug(key)} -->"


def thread_path(item: Item) -> str:
    """The file of an episode, an event or a target."""
    name = file_name(item.thread)
    year = name[:4] if name[:4].isascii() and name[:4].isdigit() else str(item.at.year)
    return f"{year}/{name}.md"


def file_name(text: str) -> str:
    """Text as a file name; where something had to go, a hash keeps two names apart."""
    name = plain.slug(text)
    if name == text and len(name.encode()) <= _LONGEST_NAME:
        return name
    short = name.encode()[: _LONGEST_NAME - 9].decode(errors="ignore").strip("-.")
    return f"{short}-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:8]}"


def _episode(message: Message, item: Item, text: str) -> File:
    told = facts(item)
    front: dict[str, str | int] = {
        "type": "alert",
        "watch": message.watch,
        "indicator": item.indicator,
        "rule": item.rule,
        "subject": item.subject,
        "thread": item.thread,
        "alert": item.alert,
        "since": item.since or local(item.at, message.timezone),
        "severity": item.severity,
        "state": told.state,
        "word": item.word,
        "updated": timing.iso(message.at),
    }
    section = _section(message, told, text, f"{message.id}.{item.alert}")
    return thread_path(item), f"{_front(front)}\n# {plain.markdown(told.about)}\n\n{section}", section


def _section(message: Message, told: Facts, text: str, key: str) -> str:
    heading = f"{local(message.at, message.timezone)} · {told.grade} · {told.word}"
    return "\n".join([f"## {plain.markdown(heading)}\n\n{mark(key)}\n", *_noted(message), text])


def _noted(message: Message) -> list[str]:
    """The line that says for whom a message was, where there is one."""
    said = note(message)
    return [f"{plain.markdown(said)}\n"] if said else []


def _opening(message: Message, told: Told) -> File:
    day = timing.local_date(message.at, timing.zone(message.timezone)).isoformat()
    path = f"{day[:4]}/{day}-opening.md"
    front: dict[str, str | int] = {
        "type": "opening",
        "watch": message.watch,
        "date": day,
        "alerts": len(message.items),
        "updated": timing.iso(message.at),
    }
    parts = [
        f"## {local(message.at, message.timezone)} · {say('opening brief')}\n\n{mark(message.id)}\n",
        *_noted(message),
    ]
    if message.items:
        parts.append(
            f"### {say('Needs attention')}\n\n" + "".join(_pointer(item, path) for item in gravest_first(message))
        )
    else:
        parts.append(say("Watching has begun; nothing needs attention.") + "\n")
    section = "\n".join([*parts, *_brief(message, "###")])
    return (
        path,
        f"{_front(front)}\n# {plain.markdown(say('{watch}: opening brief', watch=message.watch))}\n\n{section}",
        section,
    )


def _pointer(item: Item, here: str) -> str:
    """One alert of the opening brief, with the way to its own file."""
    told, there = facts(item), thread_path(item)
    near = there.partition("/")[2] if there.partition("/")[0] == here.partition("/")[0] else f"../{there}"
    sure = f" ({plain.markdown(told.pairs[0][1])})" if told.pairs and told.pairs[0][0] == say("How sure") else ""
    return f"- {_state(item)}: [{plain.markdown(told.headline)}](<{near}>){sure}\n"


def _test(message: Message, told: Told) -> File:
    day = timing.local_date(message.at, timing.zone(message.timezone)).isoformat()
    front = {"type": "test", "watch": message.watch, "date": day, "receiver": message.receiver}
    body = "\n".join(text for _, text in told)
    note = say("This is a sample from the tracker. Nothing has happened; the file may be deleted.")
    section = f"## {local(message.at, message.timezone)} · {say('test')}\n\n{mark(message.id)}\n\n{note}\n\n{body}"
    return (
        f"{day[:4]}/{day}-test.md",
        f"{_front(front)}\n# {plain.markdown(say('{watch}: a sample', watch=message.watch))}\n\n{section}",
        section,
    )


def _brief(message: Message, level: str) -> list[str]:
    return [
        f"{level} {plain.markdown(heading)}\n\n" + "".join(f"- {plain.markdown(line)}\n" for line in lines)
        for heading, lines in message.brief
    ]


def _state(item: Item) -> str:
    return plain.markdown(f"{say(item.severity)} · {word(item.word)}")


def _front(values: Mapping[str, str | int]) -> str:
    """YAML front matter, one key a line; every text is quoted as JSON is, which YAML reads alike."""
    lines = (
        f"{key}: {plain.json(plain.line(value) if isinstance(value, str) else value)}\n"
        for key, value in values.items()
    )
    return f"---\n{''.join(lines)}---\n"
