"""`/enter`: one value or event, or a pasted table; first shown as it would be read, stored when asked, taken back by one button."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from tracker import pipeline
from tracker.errors import DataRejected, TrackerError, UsageError
from tracker.pipeline import Desk
from tracker.web.forms import fields
from tracker.web.painting import Painter

Fields = Annotated[dict[str, str], Depends(fields)]
COMMON = ("subject", "of", "published", "source", "url", "note")
OF_VALUES = (*COMMON, "kind", "by", "edition")
OF_EVENTS = (*COMMON, "type", "status")
#: What stays in the form for the next entry.
KEPT = ("indicator", "subject", "of", "published", "source", "type", "kind")
KINDS = ("actual", "target", "estimate", "rumour", "denial")
STATUSES = ("reported", "confirmed", "rumoured", "denied")


def router(painter: Painter) -> APIRouter:
    """The form, and what it does."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _one(routes, painter)
    _many(routes, painter)
    return routes


def _page(painter: Painter, status: int = 200, **values: Any) -> HTMLResponse:
    """The page with what was typed, what was done, or what is wrong."""
    desk = painter.desk_of()
    given = {
        "entered": {},
        "pasted": {},
        "done": None,
        "refused": [],
        "rows": (),
        "batch": "",
        "changed": False,
        **values,
    }
    indicators = [one for one in desk.declaration.indicators.values() if one.unit is not None or one.types]
    chosen = desk.declaration.indicators.get(given["entered"].get("indicator", ""))
    own = desk.declaration.subjects_of(chosen) if chosen else ()
    return HTMLResponse(
        painter.page(
            "enter.html", "/enter", "Enter", indicators=indicators, chosen=chosen, kinds=KINDS, statuses=STATUSES, own=own,
            **given,
        ),
        status,
    )  # fmt: skip


def _one(routes: APIRouter, painter: Painter) -> None:
    @routes.get("/enter")
    def empty(indicator: str = "", subject: str = "") -> HTMLResponse:
        return _page(painter, entered={"indicator": indicator, "subject": subject})

    @routes.post("/enter")
    def enter(sent: Fields) -> HTMLResponse:
        dry = sent.get("do") != "store"
        try:
            done = _record(painter.desk_of(), sent, dry=dry)
        except TrackerError as error:
            return _page(painter, 422, entered=sent, refused=[str(error)])
        told = f"{_word(dry, done.repeated)}: {done.text}" + (f" ({done.apart})" if done.apart else "")
        kept = sent if dry else {name: sent.get(name, "") for name in KEPT}
        batch = "" if dry or done.repeated else done.batch
        return _page(painter, entered=kept, done=told, batch=batch, changed=bool(batch))


def _many(routes: APIRouter, painter: Painter) -> None:
    @routes.post("/enter/table")
    def paste(sent: Fields) -> HTMLResponse:
        dry = sent.get("do") != "store"
        try:
            text = as_csv(sent.get("table", ""), sent.get("indicator", ""))
            done = pipeline.import_csv(painter.desk_of(), text, "the table", dry=dry)
        except DataRejected as error:
            found = [f"line {one.line}: {f'{one.path}: ' if one.path else ''}{one.message}" for one in error.problems]
            return _page(painter, 422, pasted=sent, refused=found or [str(error)])
        except TrackerError as error:
            return _page(painter, 422, pasted=sent, refused=[str(error)])
        told = f"{'Would store' if dry else 'Stored'} {done.rows} row{'' if done.rows == 1 else 's'}"
        told += f", of which {done.repeated} only repeat what is known" if done.repeated else ""
        return _page(
            painter,
            pasted=sent if dry else {},
            done=told,
            rows=done.told,
            batch="" if dry else done.batch,
            changed=not dry,
        )

    @routes.post("/enter/undo")
    def undo(sent: Fields) -> HTMLResponse:
        try:
            undone = pipeline.undo(painter.desk_of(), sent.get("batch", ""))
        except TrackerError as error:
            return _page(painter, 422, refused=[str(error)])
        return _page(painter, done=undone.text, changed=True)


def _word(dry: bool, repeated: bool) -> str:
    if repeated:
        return "Known already, nothing to store"
    return "Would store" if dry else "Stored"


def _record(desk: Desk, sent: Mapping[str, str], *, dry: bool) -> Any:
    """One value, or one event where the indicator has events; what was left empty is not said."""
    key = sent.get("indicator", "")
    indicator = desk.declaration.indicators.get(key)
    names = OF_EVENTS if indicator is not None and indicator.types else OF_VALUES
    said: dict[str, Any] = {name: sent[name] for name in names if sent.get(name)}
    if indicator is None or not indicator.types:
        return pipeline.record_value(desk, key, sent.get("value", ""), dry=dry, **said)
    if not sent.get("happened"):
        raise UsageError("say what happened")
    if said.get("status", STATUSES[0]) not in STATUSES:
        raise UsageError(f"{said['status']!r} is no status; one of {', '.join(STATUSES)}")
    return pipeline.record_event(desk, key, sent["happened"], value=sent.get("value", ""), dry=dry, **said)


def as_csv(text: str, indicator: str = "") -> str:
    """A table as a spreadsheet puts it on the clipboard (tabs, or semicolons), as CSV; the column `indicator` may be left out."""
    head = text.partition("\n")[0]
    mark = next((mark for mark in ("\t", ";") if mark in head and "," not in head), ",")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise UsageError(f"this is no table: {error}") from error
    if rows and indicator and "indicator" not in [cell.strip() for cell in rows[0]]:
        rows = [[indicator if number else "indicator", *row] if any(row) else row for number, row in enumerate(rows)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
