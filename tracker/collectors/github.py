"""kind: github. Repositories of an organisation, one repository, or its releases: paging, limits and order are known.

Repositories and releases are listed with the day on which they were made, so a list of them covers its own past.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from tracker.collectors import api
from tracker.collectors.asking import Auth, Rate
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.paging import Paging
from tracker.model.declared import Frozen, Source

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_NAME = r"^[A-Za-z0-9._-]{1,100}$"


class Include(Frozen):
    """Which of the listed count."""

    forks: bool = False
    """Copies of what others made."""
    archived: bool = True
    """Repositories that are closed: their stars were given all the same."""
    prereleases: bool = False
    """Releases that are marked as early ones. Drafts never count."""


class Params(Frozen):
    """GitHub: stars of an organisation, or releases of a repository."""

    org: str | None = Field(default=None, pattern=_NAME)
    """An organisation: a row for each public repository (`full_name`, `stargazers_count`, `forks_count`, `created_at`, …)."""
    repo: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$")
    """One repository, `owner/name`: a single row."""
    list: Literal["repos", "releases"] = "repos"
    """releases: a row for each release of `repo` (`tag_name`, `name`, `published_at`)."""
    include: Include = Include()
    """Which of them count."""
    url: Url = "https://api.github.com"
    """Where the API lies; another one for GitHub Enterprise."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    auth: Auth | None = None
    """A token, by the name of its secret: 5,000 requests an hour instead of 60, and a 304 is free."""
    rate: Rate | None = None
    """How often it may be asked."""
    may_be_empty: bool = False
    """That a list which had rows has none is no failure."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Params:
        if (self.org is None) == (self.repo is None):
            raise ValueError("give either `org` or `repo`")
        if self.list == "releases" and self.repo is None:
            raise ValueError("`list: releases` needs a `repo`")
        return self


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Every page of the list; a fork, a draft or what else is not included is no row."""
    base = params.url.rstrip("/")
    paged, asked = Paging(style="link", size=100), {}
    if params.org is not None:
        url = f"{base}/orgs/{params.org}/repos"
        # An order that keeps the pages, and with them their validators, as they were.
        asked = {"type": ("public",), "sort": ("full_name",)}
    elif params.list == "releases":
        url = f"{base}/repos/{params.repo}/releases"
    else:
        url, paged = f"{base}/repos/{params.repo}", Paging(style="none")
    request = api.Api(
        url=url,
        params=dict(asked),
        headers=_HEADERS,
        where=params.where,
        page=paged,
        auth=params.auth,
        rate=params.rate,
        may_be_empty=params.may_be_empty,
    )
    return api.collect(
        source, request, context,
        shape=lambda rows: [row for row in rows if _counts(row, params.include)],
        lists_past=params.list == "releases" or params.org is not None,
    )  # fmt: skip


def _counts(row: Any, include: Include) -> bool:
    """Rows that say nothing of it count: what has changed is said by what is taken out of them."""
    if not isinstance(row, dict):
        return True
    left_out = (
        (not include.forks and row.get("fork"))
        or (not include.archived and row.get("archived"))
        or (not include.prereleases and row.get("prerelease"))
        or row.get("draft")
    )
    return not left_out


KIND = Kind(Params=Params, collect=collect)
