"""OPML, in which readers of feeds keep their lists: into the declaration as text, so that its comments stay, and out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from tracker.errors import DataRejected
from tracker.model.declared import Declaration
from tracker.network import objection

_MOST = 5000
_LONGEST = 200
_SECTION = re.compile(r"^sources:[ \t]*(#.*)?\r?$", re.MULTILINE)
#: A line as YAML and the search count them, with its end; other separators of lines stand in texts.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ONE_LINE = re.compile(r"^sources:[ \t]*[^\s#]", re.MULTILINE)
_NO_KEY = re.compile(r"[^\w]+")
_OURS = ("hand", "import", "baseline")


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed of a list; `why` says why it cannot be taken, "" if it can."""

    title: str
    url: str
    why: str = ""


def read(text: str, name: str) -> list[Listed]:
    """The feeds of an OPML text, folders left aside; DataRejected for what is none."""
    from xml.etree import ElementTree

    if "<!ENTITY" in text:
        raise DataRejected(f"{name}: it defines entities, and is not read")
    try:
        root = ElementTree.fromstring(text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"))
    except (ElementTree.ParseError, ValueError) as error:
        raise DataRejected(f"{name}: no OPML: {error}") from error
    if root.tag.lower() != "opml":
        raise DataRejected(f"{name}: no OPML: it is a <{_shown(root.tag)}>")
    found = []
    for one in root.iter("outline"):
        given = {key.lower(): value for key, value in one.attrib.items()}
        url = given.get("xmlurl", "").strip()
        if url:
            found.append(Listed(_shown(given.get("title") or given.get("text") or url), url, objection(url)))
        if len(found) > _MOST:
            raise DataRejected(f"{name}: more than {_MOST} feeds")
    return found


def _shown(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_LONGEST]


def added(text: str, feeds: Sequence[Listed], known: Declaration) -> tuple[str, list[str]]:
    """The text of the declaration with these feeds as sources, and the key of each; what it has already is left out.

    DataRejected where `sources` is written in a way into which nothing can be put.
    """
    urls = {getattr(source.params, "url", "") for source in known.sources.values()}
    keys: dict[str, Listed] = {}
    for one in feeds:
        if not one.why and one.url not in urls:
            urls.add(one.url)
            keys[_key(one, {*known.sources, *keys, *_OURS})] = one
    if not keys:
        return text, []
    body = text.removeprefix("\ufeff")
    return text[: len(text) - len(body)] + _inserted(body, keys), list(keys)


def _key(feed: Listed, taken: Collection[str]) -> str:
    stem = _NO_KEY.sub("_", feed.title.casefold()).strip("_")[:40].strip("_") or "feed"
    folded = {key.casefold() for key in taken}
    return next(key for key in _numbered(stem) if key not in folded)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 1
    while True:
        number += 1
        yield f"{stem}_{number}"


def _inserted(text: str, keys: dict[str, Listed]) -> str:
    """After the last line of the section; where there is none, in one of its own at the end. Lines end as the first one does."""
    if _ONE_LINE.search(text):
        raise DataRejected("`sources` is written in one line; write one source per line, then import")
    lines = _LINE.findall(text)
    eol = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += eol
    section = _SECTION.search(text)
    if section is None:
        return "".join([*lines, f"{eol}sources:{eol}", *_written(keys, "  ", eol)])
    start = text.count("\n", 0, section.start()) + 1
    inside = [number for number in range(start, len(lines)) if _is_inside(lines, start, number)]
    indent = next((_indent(lines[number]) for number in inside), "  ")
    end = inside[-1] + 1 if inside else start
    return "".join([*lines[:end], *_written(keys, indent, eol), *lines[end:]])


def _is_inside(lines: Sequence[str], start: int, number: int) -> bool:
    """Whether a line says something and belongs to the section that begins before `start`."""
    below = lines[start : number + 1]
    return (
        bool(lines[number].strip())
        and all(line[:1] in (" ", "\n", "\r", "#") for line in below)
        and _indent(lines[number]) != ""
    )


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _written(keys: dict[str, Listed], indent: str, eol: str) -> list[str]:
    return [
        f"{indent}{_quoted(key) if not key.isascii() or key[0].isdigit() else key}: "
        f"{{kind: feed, url: {_quoted(one.url)}, note: {_quoted(one.title)}}}{eol}"
        for key, one in keys.items()
    ]


def _quoted(text: str) -> str:
    """A text in quotation marks of JSON is one of YAML too, but for halves of characters: only what is not seen is escaped."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def write(declaration: Declaration) -> str:
    """The feeds of a declaration as OPML 2.0; its other sources are none."""
    feeds = [
        f'    <outline type="rss" text={quoteattr(source.note or key)} xmlUrl={quoteattr(source.params.url)}/>\n'
        for key, source in declaration.sources.items()
        if source.kind == "feed"
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"  <head><title>{quoteattr(declaration.watch)[1:-1]}</title></head>\n"
        f"  <body>\n{''.join(feeds)}  </body>\n</opml>\n"
    )
