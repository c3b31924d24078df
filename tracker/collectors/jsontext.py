"""A JSON text as a document: numbers as they were written, and what is wrong with a text that is none."""

from __future__ import annotations

import json
from typing import Any

from tracker.collectors.numbers import Written
from tracker.errors import SourceError


def decoded(body: bytes) -> str:
    """JSON is UTF-8; marks and wide encodings are told by how it begins."""
    if not body.strip():
        raise SourceError("empty: the answer has no bytes", state="empty")
    return body.decode(json.detect_encoding(body), "replace").replace("\0", "")


def parse(text: str) -> Any:
    """The document, its numbers as they were written."""
    try:
        return json.loads(text, parse_float=Written, parse_constant=str, strict=False)
    except json.JSONDecodeError as error:
        raise SourceError(_said(text, error)) from error
    except RecursionError as error:
        raise SourceError("not JSON that can be read: it is nested too deeply") from error
    except ValueError as error:
        raise SourceError(f"not JSON that can be read: {str(error)[:100]}") from error


def _said(text: str, error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno} column {error.colno}"
    if text.lstrip()[:1] == "<":
        return "not JSON: this is an HTML or XML page"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"cut short: the JSON ends in the middle, at {where}"
    return f"not JSON: {error.msg} at {where}"
