"""kind: github. Pages that say 304 without Link, forks and drafts, limits, and lists that cover their own past."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from tests.collectors.asking import Asker
from tests.support.web import Site
from tracker.collectors import KINDS
from tracker.network import Door

STARS = {"indicator": "stars", "value": "stargazers_count", "aggregate": "sum"}
RELEASE = {"event": "release", "key": "full_name", "at": "created_at", "title": "name"}


def _repo(name: str, stars: int, **more: Any) -> dict[str, Any]:
    made = {"full_name": f"acme/{name}", "name": name, "stargazers_count": stars, "fork": False, "archived": False}
    return {**made, "created_at": f"2026-0{len(name)}-01T08:00:00Z", **more}


def _org(site: Site) -> None:
    """Two pages; the second lies under another path than was asked, as on the real one."""
    link = {"Link": f'<{site.url}/organizations/7/repos?page=2>; rel="next"'}
    site.put("/orgs/acme/repos", json.dumps([_repo("a", 5), _repo("bb", 7, fork=True)]), headers=link)
    site.put("/organizations/7/repos?page=2", json.dumps([_repo("ccc", 30, archived=True)]))


def _github(site: Site, door: Door, *emit: dict[str, Any], **params: Any) -> Asker:
    return Asker(door=door, kind="github", params={"url": site.url, **params}, emit=emit)


def test_stars_of_an_organisation(site: Site, door: Door) -> None:
    """Forks are what others made; all pages in one sum, also on the day on which all of them say 304."""
    _org(site)
    asker = _github(site, door, STARS, RELEASE, org="acme", auth={"secret": "gh"})
    asker.secret = {"gh": "k3y"}.get

    first, second = asker.ask(), asker.ask()

    assert [str(one.value) for one in (*first.rows, *second.rows)] == ["35", "35"]
    assert [one.status for one in site.asked] == [200, 200, 304, 304]
    assert site.paths[0] == "/orgs/acme/repos?type=public&sort=full_name&per_page=100"
    assert site.asked[0].headers["authorization"] == "Bearer k3y"
    assert site.asked[0].headers["x-github-api-version"] == "2022-11-28"
    assert second.state == "unchanged"


def test_a_list_covers_its_own_past(site: Site, door: Door) -> None:
    """Back to the first thing that was made."""
    _org(site)

    harvest = _github(site, door, RELEASE, org="acme").ask()

    assert [(one.key, one.title) for one in harvest.events] == [("acme/a", "a"), ("acme/ccc", "ccc")]
    assert (harvest.lists_past, harvest.reached_back) == (True, datetime(2026, 1, 1, 8, tzinfo=UTC))


def test_half_a_list_covers_nothing(site: Site, door: Door) -> None:
    """And no sum is written."""
    _org(site)
    site.put("/organizations/7/repos?page=2", status=502)

    harvest = _github(site, door, STARS, RELEASE, org="acme").ask()

    assert (harvest.state, harvest.rows, harvest.lists_past) == ("partial", (), False)
    assert len(harvest.events) == 1


def test_without_what_is_archived(site: Site, door: Door) -> None:
    _org(site)

    harvest = _github(site, door, STARS, org="acme", include={"archived": False, "forks": True}).ask()

    assert [str(one.value) for one in harvest.rows] == ["12"]


def test_one_repository(site: Site, door: Door) -> None:
    site.put("/repos/acme/a", json.dumps(_repo("a", 5)))

    assert [str(one.value) for one in _github(site, door, STARS, repo="acme/a").ask().rows] == ["5"]


def test_releases_without_drafts_and_early_ones(site: Site, door: Door) -> None:
    def release(tag: str, **more: Any) -> dict[str, Any]:
        return {
            "tag_name": tag,
            "name": tag,
            "published_at": "2026-03-01T00:00:00Z",
            "draft": False,
            "prerelease": False,
            **more,
        }

    listed = [release("v2"), release("v2-rc", prerelease=True), release("v1", published_at="2025-01-02T00:00:00Z")]
    site.put("/repos/acme/a/releases", json.dumps([*listed, release("v3", draft=True, published_at=None)]))
    emit = {"event": "release", "key": "tag_name", "at": "published_at", "title": "name"}

    harvest = _github(site, door, emit, repo="acme/a", list="releases").ask()

    assert [one.key for one in harvest.events] == ["v2", "v1"]
    assert harvest.reached_back == datetime(2025, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(429, {"Retry-After": "120"}), (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "120"})],
)
def test_its_limits(site: Site, door: Door, status: int, headers: dict[str, str]) -> None:
    """Throttled, for as long as it says."""
    site.put("/orgs/acme/repos", b'{"message": "API rate limit exceeded"}', status=status, headers=headers, etag="")

    refusal = _github(site, door, STARS, org="acme").refusal()

    assert (refusal.state, refusal.retry_after and refusal.retry_after.total_seconds()) == ("throttled", 120)


@pytest.mark.parametrize(
    "params", [{}, {"org": "a", "repo": "a/b"}, {"org": "a", "list": "releases"}, {"org": "a/../b"}]
)
def test_what_is_asked_for_must_be_clear(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KINDS["github"].Params(**params)
