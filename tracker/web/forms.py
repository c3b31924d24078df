"""What a form sent: names and texts, no more than a page would send. No file is ever taken."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

#: A pasted table of some ten thousand rows.
LONGEST = 2_000_000
FIELDS = 100


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, stripped; 413 for more than a page sends, 415 for what is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, "this is no form")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise HTTPException(413, f"more than {LONGEST:,} bytes; use `tracker import` for a long file")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError as error:
        raise HTTPException(413, "more fields than a page has") from error
    return {name: text.replace("\r\n", "\n").strip("\n ") for name, text in pairs}
