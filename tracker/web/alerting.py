"""`/alerts`: what is open and what was; each alert with its steps, its messages and the answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker import pipeline, timing
from tracker.errors import UsageError
from tracker.pipeline import Desk
from tracker.web import words
from tracker.web.forms import fields
from tracker.web.painting import Painter

Fields = Annotated[dict[str, str], Depends(fields)]
#: So many of those that are over stand on the page.
OVER = 100
LENGTHS = {"1d": "a day", "7d": "a week", "30d": "30 days", "90d": "90 days"}
JUDGEMENTS = ("useful", "noise", "wrong")


def router(painter: Painter) -> APIRouter:
    """Two pages, and three things to do."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _pages(routes, painter)
    _answers(routes, painter)
    return routes


def _pages(routes: APIRouter, painter: Painter) -> None:
    @routes.get("/alerts")
    def every(q: str = "") -> str:
        desk = painter.desk_of()
        rows = [_said(row, desk) for row in pipeline.alerts(desk)]
        wanted = [row for row in rows if all(word in row["text"] for word in q.casefold().split())]
        is_open = [row for row in wanted if row["state"] != "inactive"]
        over = [row for row in wanted if row["state"] == "inactive"]
        return painter.page(
            "alerts.html", "/alerts", "Alerts", api="/api/v1/alerts", open=sorted(is_open, key=lambda row: row["standing"].rank),
            over=over[::-1][:OVER], more=max(len(over) - OVER, 0), mutes=pipeline.mutes(desk), q=q,
            judgements=JUDGEMENTS, lengths=LENGTHS, complaints=pipeline.complaints(desk),
        )  # fmt: skip

    @routes.get("/alerts/{number}")
    def one(number: int) -> str:
        desk = painter.desk_of()
        known(desk, number)
        row = _said(pipeline.alert(desk, number), desk)
        return painter.page(
            "alert.html", "/alerts", row["name"], row=row, sent=words.SENT, steps=words.STEPS, judgements=JUDGEMENTS,
            lengths=LENGTHS, happened=_happened(desk, row["key"]),
        )  # fmt: skip


def _answers(routes: APIRouter, painter: Painter) -> None:
    @routes.post("/alerts/{number}/ack")
    def ack(number: int, sent: Fields, request: Request) -> RedirectResponse:
        desk = painter.desk_of()
        known(desk, number)
        pipeline.ack(desk, number, sent.get("as") or None, sent.get("why", ""), author=request.state.user)
        return _back(number)

    @routes.post("/alerts/{number}/mute")
    def mute(number: int, sent: Fields, request: Request) -> RedirectResponse:
        desk = painter.desk_of()
        row = known(desk, number)
        lasts = timing.parse_duration(sent.get("for") or next(iter(LENGTHS)))
        pipeline.mute(
            desk, rule=f"{row['indicator']}.{row['rule']}", subject=row["subject"], lasts=lasts, why=sent.get("why", ""),
            author=request.state.user,
        )  # fmt: skip
        return _back(number)

    @routes.post("/mutes/{number}/end")
    def unmute(number: int) -> RedirectResponse:
        pipeline.unmute(painter.desk_of(), number)
        return RedirectResponse("/alerts", 303)


def _back(number: int) -> RedirectResponse:
    """A reload after this asks again and sends nothing twice."""
    return RedirectResponse(f"/alerts/{number}", 303)


def known(desk: Desk, number: int) -> Mapping[str, Any]:
    """The alert with this number, else 404."""
    found = next((row for row in pipeline.alerts(desk) if row["id"] == number), None)
    if found is None:
        raise HTTPException(404, f"there is no alert {number}")
    return found


def _happened(desk: Desk, key: str) -> bool:
    """Whether an alert with this key speaks of an event; the key may also be that of a target."""
    try:
        return bool(key and pipeline.event(desk, key))
    except UsageError:
        return False


def _said(row: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """An alert with how it stands and what it says in words."""
    indicator = desk.declaration.indicators.get(row["indicator"])
    rule = indicator.rules.get(row["rule"]) if indicator else None
    subject = desk.declaration.subjects.get(row["subject"])
    name, about = indicator.name if indicator else row["indicator"], subject.name if subject else row["subject"]
    told = words.alert_said(row, indicator.unit if indicator else None)
    return dict(row) | {
        "name": name, "about": about, "told": told, "standing": words.state_of_alert(row, rule.kind if rule else ""),
        "basis": rule.basis if rule else "", "declared": rule is not None,
        "text": f"{name} {about} {told} {row['indicator']}.{row['rule']}".casefold(),
    }  # fmt: skip
