"""Secrets do not belong in the declaration: it is text that is shared, diffed and printed."""

from __future__ import annotations

import re

from tracker.indicators import veil
from tracker.indicators.findings import Findings
from tracker.indicators.positions import Node, Path, walk

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
#: JMESPath lives here: `token` is a column of somebody's table.
_NOT_IN = ("emit", "rows", "where")


def check(findings: Findings) -> None:
    """Say every secret that stands in the file; the messages and the printed lines do not repeat it."""
    for path, node in walk(findings.document.root):
        if node.kind != "scalar" or not node.text:
            continue
        if match := veil.IN_URL.search(node.text) or veil.IN_QUERY.search(node.text):
            _say(findings, path, node, match[1], "this URL contains a secret", _name(path, "the secret"))
        elif veil.ISSUED.search(node.text):
            _say(
                findings,
                path,
                node,
                node.text,
                "this looks like a key or token that somebody issued",
                _name(path, "it"),
            )
        elif _guarded(path):
            key = str(path[-1])
            if key == "secret" and not _NAME.fullmatch(node.text):
                _say(
                    findings,
                    path,
                    node,
                    node.text,
                    "`secret` takes the name of a secret, not the secret",
                    _name(path, "it"),
                )
            elif veil.KEYS.fullmatch(key):
                _say(
                    findings,
                    path,
                    node,
                    node.text,
                    f"{key!r} is a secret; it does not belong in this file",
                    _name(path, "it"),
                )


def _guarded(path: Path) -> bool:
    return len(path) > 2 and path[0] in ("sources", "receivers") and not any(step in _NOT_IN for step in path)


def _say(findings: Findings, path: Path, node: Node, secret: str, message: str, hint: str) -> None:
    findings.hide(secret, node.place, whole=secret == node.text)
    findings.add(path, message, hint=hint, code="secret")


def _name(path: Path, what: str) -> str:
    name = str(path[1]) if len(path) > 1 else "name"
    variable = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
    where = f"the environment as TRACKER_{variable} (or a file, TRACKER_{variable}_FILE)"
    return f"put {what} into {where} and write `auth: {{secret: {name}}}`"
