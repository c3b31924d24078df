"""The fast path: RSS, RDF and Atom as nearly everybody writes them, read in one pass over a tree of the standard library.

It reads a document only where it surely finds what feedparser finds: whatever is unusual is None, and feedparser's turn.
The text comes from `documents.prepare`: without a DTD there is nothing to expand and nothing to fetch.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tracker.collectors import headings
from tracker.collectors.items import MOST_ENTRIES, Item, Parsed, made, plain

_ATOM = "http://www.w3.org/2005/Atom"
_ATOM_03 = "http://purl.org/atom/ns#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "{http://www.w3.org/XML/1998/namespace}"
#: Namespaces that are the format itself, and those of which a name means the same as one of the format.
_PREFIXES = {
    "": "", _ATOM: "", _ATOM_03: "", "http://purl.org/rss/1.0/": "", "http://backend.userland.com/rss2": "",
    "http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:", "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:", _RDF: "rdf:",
}  # fmt: skip
_ROLES = {
    "title": "title", "dc:title": "title", "media:title": "else_title", "itunes:title": "",
    "link": "link", "guid": "id", "id": "id",
    "pubdate": "published", "published": "published", "issued": "published", "dcterms:issued": "published",
    "updated": "updated", "modified": "updated", "lastbuilddate": "updated", "dc:date": "updated",
    "dcterms:modified": "updated", "created": "created", "dcterms:created": "created",
    "description": "summary", "summary": "summary", "dc:description": "summary", "itunes:summary": "summary",
    "media:description": "summary", "content": "content", "content:encoded": "content",
    "source": "skipped",
}  # fmt: skip
#: Names that feedparser takes for one of the format in a namespace that nobody knows, or that it treats in ways of its own.
_STRANGE = {
    "date", "body", "fullitem", "image", "textinput", "product", "prodlink", "item", "entry", "channel", "feed", "rdf",
    "subtitle", "tagline", "abstract", "info", "encoded",
}  # fmt: skip
_HTML = {"text/html", "html", "application/xhtml+xml", "xhtml"}
_PLAIN = {"text", "text/plain", "plain", *_HTML}
_STRANGER = "?"
_ESCAPED = re.compile(r"&(\w+);", re.ASCII)
_PERMANENT = "isPermaLink"
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")


class _Unusual(Exception):
    """Not for the fast path."""


def parse(text: str, *, split: bool = False) -> Parsed | None:
    """What the document says, or None where feedparser must be asked."""
    try:
        root = ElementTree.fromstring(text)
        return _document(root, split=split)
    except (ElementTree.ParseError, _Unusual, RecursionError, ValueError):
        return None


@lru_cache(maxsize=1000)
def _role(tag: str) -> str:
    """What an element is to us: one of the roles, "" for what says nothing of ours, `?` for what must not be guessed."""
    namespace, _, name = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
    prefix, name = _PREFIXES.get(namespace), name.lower()
    if prefix is None:
        return _STRANGER if name in _STRANGE or name in _ROLES else ""
    return _ROLES.get(prefix + name, _STRANGER if not prefix and name in _STRANGE else "")


def _document(root: Element, *, split: bool) -> Parsed:
    name = _local(root)
    holder, wanted = root, "item"
    if name == "feed" and _prefixed(root):
        wanted = "entry"
    elif name == "rss":
        holder = _only(root, "channel")
    elif root.tag != f"{{{_RDF}}}RDF":
        raise _Unusual(name)
    base = _base(_base("", root), holder) if holder is not root else _base("", root)
    items = [child for child in holder if _local(child) == wanted and _prefixed(child)]
    tags = Counter(one.tag for one in root.iter())
    if sum(count for tag, count in tags.items() if _name(tag) in ("item", "entry")) != len(items):
        raise _Unusual("entries in other places")
    literal = root.tag == f"{{{_ATOM}}}feed"
    read = tuple(_item(item, base, literal=literal, split=split) for item in items[:MOST_ENTRIES])
    return Parsed(items=read, language=_language(root, holder), found=len(items))


def _local(element: Element) -> str:
    return _name(element.tag)


@lru_cache(maxsize=1000)
def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _prefixed(element: Element) -> bool:
    """Whether it stands in a namespace that is the format itself."""
    return _PREFIXES.get(element.tag[1:].partition("}")[0] if element.tag[:1] == "{" else "") == ""


def _only(root: Element, name: str) -> Element:
    found = [child for child in root if _local(child) == name]
    if len(found) != 1 or len(root) != 1:
        raise _Unusual(name)
    return found[0]


def _base(base: str, element: Element) -> str:
    """The base of links below an element."""
    if "base" in element.attrib or "href" in element.attrib or "lastmod" in element.attrib:
        raise _Unusual("CDF")
    said = element.get(_XML + "base")
    return urljoin(base, said) if said else base


def _language(root: Element, holder: Element) -> str:
    """As the channel says, which in RDF stands beside its items; else as the root says."""
    places = {holder, *(child for child in root if _local(child) == "channel")}
    said = next((one.text for place in places for one in place if _local(one) == "language" and one.text), "")
    return (said or root.get(_XML + "lang") or "").strip()[:35]


def _item(item: Element, base: str, *, literal: bool, split: bool) -> Item:
    base = _base(base, item)
    said: dict[str, str] = {"id": item.get(f"{{{_RDF}}}about", "")}
    texts: dict[str, Element] = {}
    for child in item:
        if not base and _XML + "base" in child.attrib:  # which feedparser then keeps for all that follows
            raise _Unusual("a base in the middle")
        if len(child) and any(_XML + "base" in one.attrib for one in child.iter() if one is not child):
            raise _Unusual("a base inside of an element")
        role = _role(child.tag)
        if role in ("title", "summary", "content", "else_title"):
            _keep(role, child, texts)
        elif role:
            _note(role, child, base, said)
        elif len(child) and _means_something(child):
            raise _Unusual(child.tag)
    if "title" not in texts and "else_title" in texts:
        raise _Unusual("a title of another kind only")
    title, summary, content = (_Words.of(texts.get(role), literal=literal) for role in ("title", "summary", "content"))
    return made(
        guid=said["id"], link=said.get("link", ""), title=title.plain(), summary=summary.plain() or content.plain(),
        whole=content.plain,
        dates=tuple(said.get(name, "") for name in ("published", "updated", "created")),
        parts=headings.split(content.markup or summary.markup) if split else (),
        rest=lambda: ElementTree.tostring(item, encoding="unicode"),
    )  # fmt: skip


def _keep(role: str, child: Element, texts: dict[str, Element]) -> None:
    if role == "title" and role in texts and _filled(texts[role]):
        raise _Unusual("two titles")
    if role not in texts or role == "title":
        texts[role] = child


def _note(role: str, child: Element, base: str, said: dict[str, str]) -> None:
    if role == "link":
        _link(child, base, said)
    elif role == "id":
        _id(child, base, said)
    elif role in ("published", "updated", "created"):
        said[role] = _bare(child).strip()
    elif role == _STRANGER:
        raise _Unusual(child.tag)


def _filled(element: Element) -> bool:
    return bool(len(element) or (element.text or "").strip())


def _means_something(container: Element) -> bool:
    """Whether feedparser would take something inside for the entry's own; what is about a picture or film is not."""
    roles = {_role(one.tag) for one in container.iter() if one is not container}
    return not roles <= {"", "else_title"} and not (
        container.tag.startswith("{http://search.yahoo.com/mrss/}") and roles <= {"", "else_title", "summary"}
    )


def _bare(element: Element) -> str:
    if len(element):
        raise _Unusual(element.tag)
    return _mended(element.text or "")


def _link(element: Element, base: str, said: dict[str, str]) -> None:
    """An address as text or in `href`; of the kinds of link only the page itself."""
    if _XML + "base" in element.attrib or "url" in element.attrib or "uri" in element.attrib:
        raise _Unusual("link")
    href = element.get("href")
    if href is None:
        # Escaped twice: `&amp;` and `&b;` of a query are ampersands, as feedparser reads them.
        said["link"] = _ESCAPED.sub(r"&\1", _resolved(base, _bare(element)).replace("&amp;", "&"))
    elif element.get("rel", "alternate").lower() == "alternate" and element.get("type", "text/html").lower() in _HTML:
        said["link"] = urljoin(base, href)


def _resolved(base: str, said: str) -> str:
    said = said.strip()
    return urljoin(base, said) if base and said else said


def _id(element: Element, base: str, said: dict[str, str]) -> None:
    """What tells it apart; unless it says otherwise it is also where it can be read."""
    if any(name == _XML + "base" or (name != _PERMANENT and name.lower() == "ispermalink") for name in element.attrib):
        raise _Unusual("id")
    value = _bare(element).strip()
    if element.get(_PERMANENT, "true") == "true":
        value = _resolved(base, value)
        said.setdefault("link", value)
    said["id"] = value


class _Words(NamedTuple):
    """A title or a text with its markup."""

    markup: str
    literal: bool

    @classmethod
    def of(cls, element: Element | None, *, literal: bool) -> _Words:
        """Elements inside are written out as HTML."""
        if element is None:
            return cls("", literal)
        kind = element.get("type", "text").lower()
        if kind not in _PLAIN or element.get("mode", "").lower() == "base64":
            raise _Unusual("content")
        declared = kind in ("xhtml", "application/xhtml+xml")
        if not len(element) and not declared:
            return cls(_mended(element.text or ""), literal and kind not in _HTML)
        if re.search("[<&]", element.text or "") and not (declared and len(element)):
            raise _Unusual("half of it escaped, half of it not")
        if any(_role(one.tag) or _XML + "base" in one.attrib for one in element.iter() if one is not element):
            raise _Unusual("an element of the feed inside of a text")
        for one in element.iter():
            one.tag = one.tag.rpartition("}")[2].lower()
            one.attrib = {name.rpartition("}")[2].lower(): value for name, value in one.attrib.items()}
        inner = "".join(
            ElementTree.tostring(child, encoding="unicode", short_empty_elements=False) for child in element
        )
        return cls(_mended(html.escape(element.text or "", quote=False) + inner), literal=False)

    def plain(self) -> str:
        """What a reader sees."""
        return plain(self.markup, literal=self.literal) if self.markup else ""


def _mended(text: str) -> str:
    """UTF-8 that somebody took for Latin-1 and wrote as UTF-8 again, as feedparser mends it."""
    if text.isascii() or not _TWICE.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
