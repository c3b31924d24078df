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
            _say(findings, path, node, match[1], "this URL contains a secret", whole=False)
        elif veil.HOOK.search(node.text):
            _say(findings, path, node, node.text, "whoever knows this address may post there: it is a secret")
        elif veil.ISSUED.search(node.text):
            _say(findings, path, node, node.text, "this looks like a key or token that somebody issued")
        elif _guarded(path):
            key = str(path[-1])
            if key == "secret" and not _NAME.fullmatch(node.text):
                _say(findings, path, node, node.text, "`secret` takes the name of a secret, not the secret")
            elif veil.KEYS.fullmatch(key):
                _say(findings, path, node, node.text, f"{key!r} is a secret; it does not belong in this file")


def _guarded(path: Path) -> bool:
    return len(path) > 2 and path[0] in ("sources", "receivers") and not any(step in _NOT_IN for step in path)


def _say(findings: Findings, path: Path, node: Node, secret: str, message: str, *, whole: bool = True) -> None:
    findings.hide(secret, node.place, whole=secret == node.text)
    findings.add(path, message, hint=_hint(findings, path, whole=whole), code="secret")


def _hint(findings: Findings, path: Path, *, whole: bool) -> str:
    """Where it belongs, and what is written in its place; a receiver names its secret in its own way."""
    name = re.sub(r"\W", "_", str(path[1]), flags=re.ASCII) if len(path) > 1 else "name"
    name = name if _NAME.fullmatch(name) else "my_secret"  # a key may be written in any script, a variable may not
    what, instead = "it" if whole else "the secret", f"auth: {{secret: {name}}}"
    if path[0] == "receivers":
        kind = findings.document.node((*path[:2], "kind"))
        if kind is not None and kind.text == "email":
            return "the mail server and its password are told by TRACKER_SMTP_URL (or a file, TRACKER_SMTP_URL_FILE)"
        if "sign" in path:
            instead = f"sign: {{secret: {name}}}"
        else:
            what, instead = "it" if whole else "the whole address", f"secret: {name}"
    where = f"the environment as TRACKER_{name.upper()} (or a file, TRACKER_{name.upper()}_FILE)"
    return f"put {what} into {where} and write `{instead}`"
