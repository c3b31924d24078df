"""The API as it describes itself: whatever is asked of it, nothing fails; what it needs is said."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.command import environment
from tests.web.conftest import Page, Serve
from tests.web.test_pages import lived

#: What people and machines send where a date, a number, a name or a word of a list is expected.
ODD = st.one_of(
    st.sampled_from((
        "", " ", "0", "-1", "1e400", "9" * 400, "2026-08-17", "9999-12-31", "0001-01-01", "2026-W99", "..", "NaN", "null",
        "true", "growth", "starbridge", "recorded", "%00", "\x00", "../../etc/passwd", "'; drop table meta; --", "\ud83d\ude00",
    )),
    st.text(max_size=30),
)  # fmt: skip


def _of(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def test_no_question_makes_it_fail(serve: Serve) -> None:
    """Every path of the description, with any text in each of its parameters: an answer, or a refusal with a sentence."""
    page = lived(serve)
    described = page.ask("/api/v1/openapi.json").json
    paths = {path: one["get"].get("parameters", []) for path, one in described["paths"].items()}
    assert len(paths) > 12

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(st.sampled_from(sorted(paths)), st.data())
    def ask(path: str, data: Any) -> None:
        sent = {one["name"]: _of(data.draw(ODD)) for one in paths[path]}
        inside = {one["name"] for one in paths[path] if one["in"] == "path"}
        for name in inside:
            path = path.replace(f"{{{name}}}", quote(sent[name], safe=""))
        query = urlencode({name: text for name, text in sent.items() if name not in inside})
        answer = page.ask(f"{path}?{query}")
        assert answer.status in (200, 404, 422), (path, query, answer.status)
        if answer.status != 200 and answer.headers["content-type"] == "application/json":
            assert answer.json["error"]

    ask()


def test_every_operation_is_described(serve: Serve) -> None:
    """With a summary that a person wrote; all of it is for reading."""
    described = serve().ask("/api/v1/openapi.json").json

    assert described["openapi"].startswith("3.")
    for path, methods in described["paths"].items():
        assert list(methods) == ["get"], path
        assert methods["get"]["description"].endswith("."), path


@pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None, reason="schemathesis is not installed (pip install schemathesis)"
)
def test_schemathesis_finds_no_failure(serve: Serve) -> None:
    """The same by somebody else's hand."""
    page: Page = lived(serve)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{page.port}/api/v1/openapi.json"]
    options = ["--checks", "not_a_server_error", "--max-examples", "20", "--seed", "1"]
    done = subprocess.run([*command, *options], env=environment(), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
