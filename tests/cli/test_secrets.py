"""Secrets are named in the declaration and live in the environment or in files: nothing that a run leaves behind holds one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.support.web import Site

SECRETS = {
    "GOOD": "s3cret-of-a-good-source", "REFUSED": "s3cret-that-is-refused", "BROKEN": "s3cret-with-a\nline-break",
    "FILED": "s3cret-from-a-file", "LOST": "postgresql+psycopg://s3cret-user:s3cret-word@127.0.0.1:1/s3cret-base",
    "CRM": "sqlite:////{home}/s3cret-crm.db", "MOVED": "s3cret-that-goes-nowhere-else",
}  # fmt: skip
#: What must be found nowhere; a part of it neither.
WORD = b"s3cret"
DECLARED = """
watch: W
receivers: {{folder: {{kind: markdown}}}}
defaults: {{receivers: [folder]}}
digest: {{on: monday, at: "08:00"}}
subjects: {{acme: {{name: Acme}}}}
sources:
  good: {{kind: json, url: "{url}/good", auth: {{secret: good}}, allow_private: true, emit: [{{indicator: n, value: n}}]}}
  named: {{kind: json, url: "{url}/good", auth: {{secret: filed, header: X-Key}}, allow_private: true, emit: [{{indicator: m, value: n}}]}}
  refused: {{kind: github, org: a, url: "{url}", auth: {{secret: refused}}, allow_private: true, emit: [{{indicator: m, value: n}}]}}
  broken: {{kind: openrouter, data: tokens, url: "{url}", auth: {{secret: broken}}, allow_private: true,
    emit: [{{indicator: m, value: n}}]}}
  moved: {{kind: csv, url: "{url}/moved", auth: {{secret: moved}}, allow_private: true, emit: [{{indicator: m, value: n}}]}}
  crm: {{kind: sql, dsn: {{secret: crm}}, query: "SELECT n FROM t", emit: [{{indicator: m, value: n}}]}}
  lost: {{kind: sql, dsn: {{secret: lost}}, query: "SELECT n FROM t", emit: [{{indicator: m, value: n}}]}}
indicators:
  n: {{name: N, unit: x, rules: {{high: {{kind: threshold, fire: "> 0"}}}}}}
  m: {{name: M, unit: x}}
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="home")
def _home(site: Site, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "indicators.yaml").write_text(DECLARED.format(url=site.url), encoding="utf-8")
    site.put("/good", '[{"n": 1}]')
    site.put("/orgs/a/repos", status=401, etag="", body=b'{"message": "bad key s3cret-that-is-refused"}')
    with Site() as elsewhere:
        target = elsewhere.put("/moved", "n\n1\n")
    site.put("/moved", status=301, etag="", headers={"Location": target})
    return home


def _environment(folder: Path) -> dict[str, str]:
    (folder / "key").write_text(SECRETS["FILED"] + "\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "s3cret-crm.db")) as base:
        base.execute("CREATE TABLE t (n)")
    given = {
        f"TRACKER_{name}": value.replace("{home}", str(folder)) for name, value in SECRETS.items() if name != "FILED"
    }
    return {**given, "TRACKER_FILED_FILE": str(folder / "key")}


def test_nothing_that_is_left_behind_holds_a_secret(site: Site, home: Path) -> None:
    """Files, database with its journal, what is printed, also when everything is said that can be said."""
    env = _environment(home.parent)
    said = b""
    for command in (
        ["-v", "-v", "--now", "2026-08-17T12:00", "run", "--once"], ["-v", "-v", "--now", "2026-08-18T12:00", "run", "--once"],
        ["sources", "-o", "json"], ["list", "-o", "json"], ["digest"], ["status"], ["check"],
        ["-v", "-v", "--now", "2026-08-26", "collect", "-n"],
    ):  # fmt: skip
        done = tracker(*command, cwd=home, env=env)
        said += done.stdout.encode() + done.stderr.encode()
    sources = json.loads(tracker("sources", "-o", "json", cwd=home, env=env).stdout)
    kept = {str(one.relative_to(home)): one.read_bytes() for one in home.rglob("*") if one.is_file()}

    failed = {one["source"] for one in sources if one["last_error"]}
    assert failed == {"refused", "broken", "moved", "lost"}
    assert [name for name, body in kept.items() if WORD in body] == []
    assert [line for line in said.splitlines() if WORD in line] == []
    assert any(name.startswith("alerts") for name in kept)


def test_a_key_goes_to_whom_it_belongs(site: Site, home: Path) -> None:
    """And to nobody to whom a redirect leads."""
    tracker("--now", "2026-08-17T12:00", "run", "--once", cwd=home, env=_environment(home.parent))

    keys = {one.path: one.headers.get("authorization") or one.headers.get("x-key") for one in site.asked}

    assert keys["/moved"] == "Bearer s3cret-that-goes-nowhere-else"
    assert {key for path, key in keys.items() if path == "/good"} <= {
        "Bearer s3cret-of-a-good-source", "s3cret-from-a-file",
    }  # fmt: skip


def test_a_secret_in_the_declaration_is_refused(home: Path) -> None:
    """A key that looks like one is told where it belongs."""
    text = (home / "indicators.yaml").read_text(encoding="utf-8")
    (home / "indicators.yaml").write_text(text.replace("{secret: good}", "{secret: ghp-abcdef}"), encoding="utf-8")

    assert tracker("check", cwd=home).returncode == 2
