"""docs/sources.md: its tables are the models, and each example asks a real server and gives the numbers that it should."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from tests.docs.tables import rows as table_rows
from tests.support.command import ROOT
from tests.support.documents import blocks
from tests.support.web import Site
from tracker import indicators, pipeline
from tracker.collectors import KINDS, Context, Harvest
from tracker.collectors.asking import Auth, Rate
from tracker.collectors.github import Include
from tracker.collectors.html import Attribute
from tracker.collectors.paging import Paging
from tracker.collectors.sql import Dsn
from tracker.indicators.reading import FILLED
from tracker.model.declared import At, Emit, Source
from tracker.model.described import descriptions
from tracker.network import Door
from tracker.network.manners import Manners

DOCUMENT = ROOT / "docs" / "sources.md"
REGION = re.compile(r"(<!-- keys: (\w+) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
PARTS: dict[str, type[BaseModel]] = {
    "source": Source, "emit": Emit, "at": At, "paging": Paging, "auth": Auth, "rate": Rate, "include": Include,
    "attribute": Attribute, "dsn": Dsn,
}  # fmt: skip
NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
TABLE = "model,organization,score\nstep-3,StepFun,57.5\ngpt-5,OpenAI,70\n"
#: Of each kind: what the server has, and what the example makes of it.
ANSWERS: dict[str, tuple[dict[str, str], list[str]]] = {
    "feed": ({"/feed": '<rss version="2.0"><channel><item><title>阶跃</title><guid>1</guid></item></channel></rss>'}, ["阶跃"]),
    "json": (
        {"/v1/daily": '{"data": [{"lab": "stepfun", "date": "2026-08-18", "total": "7"}, {"lab": "x", "date": "2026-08-19",'
         ' "total": "9"}], "meta": {"as_of": "2026-08-20", "next": null}}'}, ["7", "9 le"],
    ),
    "github": (
        {"/orgs/stepfun-ai/repos": '[{"name": "Step3", "full_name": "stepfun-ai/Step3", "stargazers_count": 5, "created_at":'
         ' "2025-07-31T00:00:00Z"}, {"name": "vllm", "fork": true, "stargazers_count": 9}]'}, ["5", "Step3"],
    ),
    "huggingface": (
        {"/api/models": '[{"id": "stepfun-ai/step3", "downloads": 8, "createdAt": "2025-07-31T00:00:00Z"}]'},
        ["8", "stepfun-ai/step3"],
    ),
    "openrouter": (
        {"/models": '{"data": [{"id": "deepseek/deepseek-v4", "created": 2, "pricing": {"prompt": "0.0000003"}},'
         ' {"id": "deepseek/deepseek-v3", "created": 1, "pricing": {"prompt": "0.0000001"}}]}'}, ["0.3000000"],
    ),
    "livebench": (
        {"/": "table_2025_01_02.csv", "/table_2025_01_02.csv": "model,t\nstep-3,50\ngpt-5,70\n",
         "/categories_2025_01_02.json": '{"A": ["t"]}'}, ["50.00", "70.00", "1", "0", "1"],
    ),
    "csv": ({"/leaderboard.csv": TABLE}, ["57.5"]),
    "html": ({"/careers": '<li class="department"><h3>A</h3><span class="count">3</span></li>'}, ["3"]),
    "prometheus": (
        {"/api/v1/query": '{"status": "success", "data": {"resultType": "scalar", "result": [0, "12"]}}'}, ["12"],
    ),
    "sql": ({}, ["2"]),
    "inbox": ({}, ["sheet q1.csv"]),
}  # fmt: skip


def _region(name: str) -> str:
    """What stands between the marks: of a kind its sentence and its keys."""
    model = PARTS.get(name) or KINDS[name].Params
    lines = [] if name in PARTS else [" ".join((model.__doc__ or "").split()), ""]
    found = table_rows(model)
    return "\n".join([*lines, "| key | is written as | default | |", "|---|---|---|---|", *found]).strip() + "\n"


def _written() -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    return REGION.sub(lambda found: f"{found[1]}{_region(found[2])}{found[4]}", text)


def _ours() -> list[str]:
    from tracker.collectors import OURS

    return list(OURS)


def test_the_tables_are_what_the_models_say() -> None:
    """`TRACKER_GOLDEN=write` writes them."""
    if os.environ.get("TRACKER_GOLDEN") == "write":
        DOCUMENT.write_text(_written(), encoding="utf-8")

    assert DOCUMENT.read_text(encoding="utf-8") == _written()


def test_every_kind_has_its_table_and_its_example() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert sorted(found[1] for found in re.findall(r"(<!-- keys: (\w+) -->)", text)) == sorted([*_ours(), *PARTS])
    assert [source.kind for source in _examples()] == [
        kind for kind in re.findall(r"^## (\w+)$", text, re.M) if kind in _ours()
    ]
    assert set(ANSWERS) == set(_ours())


def test_no_key_of_a_source_is_without_a_word() -> None:
    for model in (*PARTS.values(), *(KINDS[kind].Params for kind in _ours())):
        silent = set(model.model_fields) - set(descriptions(model)) - FILLED.get(model, frozenset())
        assert silent == set(), model


def _examples() -> list[Source]:
    """The source of each example, in the watch with which the document begins."""
    yaml = YAML(typ="safe", pure=True)
    given = [block.text for block in blocks(DOCUMENT) if block.language == "yaml"]
    whole = yaml.load(given[0])
    found = []
    for text in given[1:]:
        watch = {**whole, **yaml.load(text)}
        declared = indicators.load(json.dumps(watch), file="x", kinds=pipeline.kinds())
        found += declared.sources.values()
    return found


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="door")
def _door() -> Iterator[Door]:
    door = Door(manners=Manners(0))
    yield door
    door.close()


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_each_example_gives_what_it_should(kind: str, site: Site, door: Door, tmp_path: Path) -> None:
    """Asked of a real server, a real database, a real folder."""
    source = next(one for one in _examples() if one.kind == kind)
    for path, body in ANSWERS[kind][0].items():
        site.put(path, body)
    with closing(sqlite3.connect(tmp_path / "crm.db")) as base:
        base.execute("CREATE TABLE contracts (day TEXT)")
        base.execute("INSERT INTO contracts VALUES ('2026-08-19'), ('2026-08-19')")
        base.commit()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "q1.csv").write_text("indicator,value\nstars,5\n", encoding="utf-8")
    secrets = {"stats": "k3y", "crm": f"sqlite:///{tmp_path / 'crm.db'}"}
    context = Context(
        door=door,
        now=NOW,
        zone=ZoneInfo("UTC"),
        home=tmp_path,
        secret=secrets.get,
        pause=lambda _: None,
    )

    harvest = KINDS[kind].collect(source.model_copy(update={"allow_private": True}), _here(source, site), context)

    assert (_said(harvest), harvest.failure) == (ANSWERS[kind][1], None)


def _here(source: Source, site: Site) -> BaseModel:
    """Its parameters with the address of the server instead of its own."""
    params: BaseModel = source.params
    url = getattr(params, "url", None)
    if url is None:
        return params
    path = (
        ""
        if source.kind in ("github", "huggingface", "openrouter", "livebench", "prometheus")
        else "/" + url.split("/", 3)[3]
    )
    return params.model_copy(update={"url": site.url + path})


def _said(harvest: Harvest) -> list[str]:
    values = [f"{row.value}" + ("" if row.op == "eq" else f" {row.op}") for row in harvest.rows]
    return [
        *(one.title for one in harvest.entries), *values, *(one.title for one in harvest.events),
        *(f"sheet {one.name}" for one in harvest.sheets),
    ]  # fmt: skip
