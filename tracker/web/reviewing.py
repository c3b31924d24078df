"""`/review`: the readings that wait for a person, each with its quote and the doubt; taken as read, put right, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from tracker import pipeline
from tracker.errors import QuantityError, UsageError
from tracker.pipeline import Desk
from tracker.web import words
from tracker.web.forms import fields
from tracker.web.painting import Painter

Fields = Annotated[dict[str, str], Depends(fields)]
#: So many of those that wait stand on the page, and so many of those that were decided of.
SHOWN = 50
DECIDED = 20


def router(painter: Painter) -> APIRouter:
    """The page, and three answers to a reading."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/review")
    def every() -> HTMLResponse:
        return _page(painter)

    @routes.post("/review/{number}/accept")
    def accept(number: int) -> HTMLResponse:
        return _decided(painter, number, {}, lambda desk: pipeline.accept(desk, number))

    @routes.post("/review/{number}/reject")
    def reject(number: int, sent: Fields) -> HTMLResponse:
        return _decided(painter, number, sent, lambda desk: pipeline.reject(desk, number, sent.get("why", "")))

    @routes.post("/review/{number}/correct")
    def correct(number: int, sent: Fields) -> HTMLResponse:
        def put_right(desk: Desk) -> Mapping[str, Any]:
            return pipeline.correct(desk, number, sent.get("value", ""), sent.get("why", ""))

        return _decided(painter, number, sent, put_right)

    return routes


def _decided(
    painter: Painter, number: int, sent: Mapping[str, str], decide: Callable[[Desk], Mapping[str, Any]]
) -> HTMLResponse:
    """The page after a decision; what cannot be done is said on it, and what was typed stays."""
    desk = painter.desk_of()
    try:
        done = decide(desk)
    except (UsageError, QuantityError) as error:
        return _page(painter, 422, refused=str(error), at=number, sent=sent)
    return _page(painter, done=_said(desk, done), batch=done["batch"])


def _page(painter: Painter, status: int = 200, **values: Any) -> HTMLResponse:
    desk = painter.desk_of()
    rows = [_said(desk, row) for row in pipeline.waiting(desk, every=True)]
    wait = [row for row in rows if not row["verdict"]]
    given = {"refused": "", "at": 0, "sent": {}, "done": None, "batch": "", **values}
    return HTMLResponse(
        painter.page(
            "review.html", "/review", "Review", api="/api/v1/review", rows=wait[:SHOWN], more=max(len(wait) - SHOWN, 0),
            decided=[row for row in rows if row["verdict"]][::-1][:DECIDED], **given,
        ),
        status,
    )  # fmt: skip


def _said(desk: Desk, row: Mapping[str, Any]) -> dict[str, Any]:
    """A reading with its names, its number in words, and how old its text is."""
    indicator = desk.declaration.indicators.get(row["indicator"])
    subject = desk.declaration.subjects.get(row["subject"])
    return dict(row) | {
        "name": indicator.name if indicator else row["indicator"], "declared": indicator is not None,
        "about": subject.name if subject else row["subject"], "number": words.number_said(row, row["unit"]),
        "put": words.typed_said(row["corrected"], row["unit"]) if row["corrected"] else "",
        "when": words.of_said(row["of"]), "age": words.age(row["published_at"], desk.clock.now()),
    }  # fmt: skip
