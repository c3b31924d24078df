"""The home that is shipped: complete, honest about its thresholds, and precise about names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.command import ROOT
from tracker import db, indicators, pipeline, timing
from tracker.alerts.files import digest, files
from tracker.db import Store, views
from tracker.extraction.folding import fold
from tracker.extraction.subjects import SubjectFinder
from tracker.indicators import starter
from tracker.model.declared import Declaration
from tracker.model.observed import Observation
from tracker.model.told import Item, Message
from tracker.pipeline.entering.rows import Row, parse_rows
from tracker.settings import Home
from tracker.timing import ManualClock

STARTER = starter.ORIGINALS
NOON = timing.parse_instant("2026-11-23T12:00", timing.zone("Asia/Shanghai"))


@pytest.fixture(name="declared", scope="module")
def _declared() -> Declaration:
    return indicators.load_file(STARTER / "indicators.yaml", pipeline.kinds())


@pytest.fixture(name="rows", scope="module")
def _rows(declared: Declaration) -> Iterator[list[Row]]:
    """Every row of the baseline, as the first pass reads it."""
    desk = pipeline.Desk(home=Home(STARTER, {}), declaration=declared, store=Store.memory(), clock=ManualClock(NOON))
    yield parse_rows(desk, (STARTER / "baseline.csv").read_text(encoding="utf-8"), "baseline.csv")
    desk.close()


def _values(rows: list[Row]) -> list[Observation]:
    return [row.observation for row in rows if row.observation is not None]


# ---- the same twice


@pytest.mark.parametrize("name", ["indicators.yaml", "baseline.csv", "db-README.md"])
def test_the_repository_is_the_home_that_init_makes(name: str) -> None:
    """Byte for byte; only README of alerts/ has more here, a real alert and a real digest."""
    assert (ROOT / starter.FILES[name]).read_bytes() == (STARTER / name).read_bytes()


def test_the_readme_of_alerts_begins_alike() -> None:
    """What is said of the files is the same in every home."""
    here = (ROOT / "alerts" / "README.md").read_text(encoding="utf-8")

    assert here.startswith((STARTER / "alerts-README.md").read_text(encoding="utf-8"))


def test_an_editor_finds_the_schema() -> None:
    """The first line names the file that `init` writes beside it."""
    first = (STARTER / "indicators.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == "# yaml-language-server: $schema=./indicators.schema.json"
    assert "indicators.schema.json" in starter.FILES.values()


# ---- what is watched

#: Section 6 of the analysis, in its order: the metric, and who follows it.
NINE = [
    ("quarterly API call volume growth", ["api_call_growth"]),
    ("terminal device deployment numbers", ["terminal_devices"]),
    ("enterprise contract announcements", ["contracts"]),
    ("benchmark performance", ["benchmark"]),
    ("open-source model adoption: stars, downloads", ["github_stars", "hf_downloads"]),
    ("new model release velocity", ["releases"]),
    ("funding announcements, or lack thereof", ["funding"]),
    ("executive departures", ["departures"]),
    ("strategic partnership announcements", ["partnerships"]),
]
#: What sections 2 and 5 say would change the picture, as far as anybody outside can see it.
TRIGGERS = [
    ("2.1 and 5.3: the money lasts for months, not years", "runway_months.short"),
    ("2.2: the revenue target of 2025", "revenue.result"),
    ("2.3: a partner changes hands or heads", "partner_changes.seen"),
    ("2.5: DeepSeek's price falls", "deepseek_price.cut"),
    ("5.1: 100M devices by 2026", "terminal_devices.deadline"),
    ("5.1: a listing, 5.2: a sale", "sale_or_listing.talk"),
    ("5.1 to 5.3: revenue of 8-10, 5-6, 3-4 billion yuan", "revenue.scenario_line"),
    ("5.2: no money at the current valuation", "valuation.down_round"),
    ("5.2: no money at all", "funding.quiet_18m"),
    ("5.3: DeepSeek releases multimodal models", "rival_multimodal.seen"),
    ("5.3: partnerships do not materialise", "deals.none"),
    ("5.3: founders and executives leave", "departures.left"),
]


def test_every_key_metric_is_there_in_order(declared: Declaration) -> None:
    """The nine of section 6, each with rules, for the company that the watch is named after."""
    nine = [key for _, keys in NINE for key in keys]

    assert [key for key in declared.indicators if key in nine] == nine
    groups = [one.group for one in declared.indicators.values()]
    assert [group for group, after in zip(groups, [*groups[1:], ""], strict=True) if group != after] == [
        "Revenue", "Technical", "Market", "Context",
    ]  # fmt: skip
    assert [key for key in nine if not declared.indicators[key].rules] == []
    assert [key for key in nine if "stepfun" not in declared.subjects_of(declared.indicators[key])] == []


@pytest.mark.parametrize("rule", [rule for _, rule in TRIGGERS])
def test_every_trigger_has_its_rule(declared: Declaration, rule: str) -> None:
    """What sections 2 and 5 name is watched."""
    indicator, _, name = rule.partition(".")

    assert name in declared.indicators[indicator].rules


def test_every_rule_says_whose_threshold_it_is(declared: Declaration) -> None:
    """The desk's own thresholds are called so; the analysis is cited by its section."""
    rules = [rule for indicator in declared.indicators.values() for rule in indicator.rules.values()]
    unclear = [rule.id for rule in rules if not re.search(r"\bdesk\b|\bsections? \d|\bsection \d", rule.basis)]

    assert len(rules) > 25
    assert unclear == []


def test_context_has_no_rules(declared: Declaration) -> None:
    """Figures that only stand beside the others never speak."""
    context = {key for key, indicator in declared.indicators.items() if indicator.group == "Context"}
    ruled = {key for key, indicator in declared.indicators.items() if indicator.rules}

    assert context
    assert context & ruled == set()
    assert context | ruled == set(declared.indicators)


def test_there_is_nothing_to_warn_of() -> None:
    """`tracker check --strict` is content, and the only receiver that is on needs no set-up."""
    text = (STARTER / "indicators.yaml").read_text(encoding="utf-8")
    examined = indicators.load(text, file="indicators.yaml", kinds=pipeline.kinds())

    assert indicators.lint(examined) == []
    assert [receiver.kind for receiver in examined.receivers.values()] == ["markdown"]


def test_a_line_fits_a_screen() -> None:
    """No line is longer than a wide terminal."""
    lines = (STARTER / "indicators.yaml").read_text(encoding="utf-8").splitlines()

    assert [number for number, line in enumerate(lines, 1) if len(line) > 160] == []


# ---- the baseline


def test_every_row_of_the_baseline_is_read(rows: list[Row]) -> None:
    """All 87 facts, with everything that the words of the file stand for."""
    assert len(rows) == 87
    assert len({row.event.key for row in rows if row.event is not None}) == 22
    assert all(row.published_at == timing.parse_instant("2025-11-30", timing.zone("Asia/Shanghai")) for row in rows)


def test_every_indicator_of_the_baseline_is_declared(declared: Declaration) -> None:
    """So is every subject; what only the baseline knows stands under Context."""
    table = list(csv.DictReader(io.StringIO((STARTER / "baseline.csv").read_text(encoding="utf-8"))))
    named = {row["indicator"] for row in table}
    context = {key for key, indicator in declared.indicators.items() if indicator.group == "Context"}

    assert named <= set(declared.indicators)
    assert {row["subject"] for row in table} <= set(declared.subjects)
    assert context <= named


def test_a_unit_of_its_own_is_kept(declared: Declaration, rows: list[Row]) -> None:
    """What is not in the indicator's unit is a series of its own and converted by nobody."""
    own = [
        (one.series.subject, one.series.indicator, one.series.unit, str(one.lo))
        for one in _values(rows)
        if one.series.unit != declared.indicators[one.series.indicator].unit
    ]

    assert own == [
        ("minimax", "revenue", "USD", "70000000"),
        ("moonshot", "context_max", "characters", "2000000"),
    ]


def test_what_somebody_else_is_said_of_is_stored(declared: Declaration, rows: list[Row]) -> None:
    """A row may speak of a subject that the indicator does not name: no rule runs for it."""
    others = {
        (one.series.subject, one.series.indicator)
        for one in _values(rows)
        if one.series.subject not in declared.subjects_of(declared.indicators[one.series.indicator])
    }

    assert others == {("minimax", "revenue"), ("baichuan", "valuation"), ("zhipu", "valuation")}


# ---- where it comes from


def test_every_source_is_public_and_asked_once(declared: Declaration) -> None:
    """Plain https addresses without keys, no two of them alike, and nobody is asked too often."""
    asked = [(source.params.url, str(source.params)) for source in declared.sources.values()]

    assert [url for url, _ in asked if urlsplit(url).scheme != "https" or urlsplit(url).query] == []
    assert len(set(asked)) == len(asked)
    assert {source.kind for source in declared.sources.values()} == {
        "feed", "github", "huggingface", "livebench", "openrouter",
    }  # fmt: skip
    for key, source in declared.sources.items():
        least = {"api.github.com": 6 * 60, "huggingface.co": 12 * 60}.get(urlsplit(source.params.url).netloc, 20)
        assert source.every.total_seconds() >= least * 60, key


def test_adoption_is_summed_over_every_page(declared: Declaration) -> None:
    """Stars without forks and downloads, for the two organisations; the peer's are laid beside and judged by no rule."""
    sums = {
        (emit.indicator, emit.subject, emit.value)
        for source in declared.sources.values()
        for emit in source.emit
        if emit.aggregate == "sum"
    }

    assert sums == {
        ("github_stars", "stepfun", "stargazers_count"),
        ("github_stars", "deepseek", "stargazers_count"),
        ("hf_downloads", "stepfun", "downloads"),
        ("hf_downloads", "deepseek", "downloads"),
    }
    assert not any(source.params.include.forks for source in declared.sources.values() if source.kind == "github")


def test_what_needed_more_kinds_of_source_is_fed(declared: Declaration) -> None:
    """Prices, the benchmark and releases; of a benchmark the best model of each counts."""
    fed = {
        (source.kind, emit.indicator or emit.event, emit.subject)
        for source in declared.sources.values()
        for emit in source.emit
    }

    assert {
        ("openrouter", "deepseek_price", "deepseek"), ("livebench", "benchmark", None),
        ("huggingface", "release", "stepfun"), ("huggingface", "release", "deepseek"), ("github", "release", "stepfun"),
    } <= fed  # fmt: skip
    assert declared.indicators["benchmark"].pick == "best"
    assert set(declared.indicators["benchmark"].rules) == {"behind", "unlisted"}


# ---- who is meant

HEADLINES = [
    # the company and its people
    ("阶跃星辰发布新一代语音模型，端到端时延减半", "stepfun"),
    ("階躍星辰傳赴港上市", "stepfun"),
    ("阶跃与一家车企合建座舱实验室", "stepfun"),
    ("StepFun's new vision model runs on a phone", "stepfun"),
    ("对话姜大昕：多模态还没有到终局", "stepfun"),
    ("Zhang Xiangyu: why depth still matters", "stepfun"),
    # …and words that contain its name
    ("从渐进到阶跃式增长，这家工厂只用了一年", ""),
    ("阶跃函数为什么不可导？一文讲清", ""),
    ("系統的階躍響應如何測量", ""),
    ("效率阶跃提升背后的三个工程细节", ""),
    # peers
    ("深度求索开源新的数学模型", "deepseek"),
    ("DeepSeek-V9 cuts prices again", "deepseek"),
    ("梁文锋：我们不急着商业化", "deepseek"),
    ("深度探索宇宙：新望远镜首批图像公布", ""),
    ("月之暗面完成新一轮融资", "moonshot"),
    ("Kimi 再获5亿美金", "moonshot"),
    ("Moonshot AI opens an office in Singapore", "moonshot"),
    ("Chinese startup Moonshot seeks new money", "moonshot"),
    ("A moonshot for fusion: inside a lab's ten-year plan", ""),
    ("Google's moonshot factory spins out another company", ""),
    ("Inside a billionaire's moonshot AI project", ""),
    ("Kimi Räikkönen returns to the paddock", ""),
    ("Kimi Antonelli wins in Monza", ""),
    ("林家儿子Kimi上小学了", ""),
    ("智谱：上半年收入翻倍", "zhipu"),
    ("智譜港股收漲", "zhipu"),
    ("用智谱写代码是什么体验", "zhipu"),
    ("Z.ai ships an agent for spreadsheets", "zhipu"),
    ("以智谱写高质量发展新篇", ""),
    ("心智谱系：人格研究的新路", ""),
    ("百川智能发布医疗大模型", "baichuan"),
    ("王小川的第二次创业", "baichuan"),
    ("海纳百川：一座港口的四十年", ""),
    ("百川归海，产业资本涌入西部", ""),
    ("百川盈孚：碳酸锂价格本周企稳", ""),
    ("百川股份拟投建新产线", ""),
    ("零一万物拆分子公司", "01ai"),
    ("01.AI shifts to enterprise customers", "01ai"),
    ("李开复谈大模型的下半场", "01ai"),
    ("Domain registry: 2001.ai sold at auction", ""),
    ("MiniMax 盘后涨逾8%", "minimax"),
    ("稀宇科技招股书披露研发开支", "minimax"),
    ("海螺AI上线新的视频模型", "minimax"),
    ("海螺水泥半年报出炉", ""),
    ("A minimax algorithm for board games, explained", ""),
    ("Minimax-optimal rates under heavy tails", ""),
    ("OpenAI delays its next model", "openai"),
    ("新推理框架提供 OpenAI 兼容接口", ""),
    ("An OpenAI-compatible API server in 300 lines", ""),
    ("The endpoint is compatible with the OpenAI API", ""),
    ("Sam Altman-backed fusion startup files for a permit", ""),
    # partners, and those whose class weighs
    ("吉利汽车八月销量公布", "geely"),
    ("极氪新车上市", "geely"),
    ("吉利德新药获批", ""),
    ("图个吉利：车牌尾号里的生意", ""),
    ("国泰海通：维持增持评级", "guotai"),
    ("OPPO opens a research centre", "oppo"),
    ("Drug shows promise in vivo", ""),
    ("小米粥里的食品科学", ""),
    ("王者荣耀周年庆", ""),
    ("中国移动互联网报告：时长见顶", ""),
    # several at once
    ("阶跃星辰融资落定，Kimi 与智谱紧随其后", "moonshot stepfun zhipu"),
    ("StepFun and Geely put a voice model into cars", "geely stepfun"),
    # the trade has figures and no name
    ("The AI industry is hiring again", ""),
    ("大模型行业进入淘汰赛", ""),
]


@pytest.fixture(name="finder", scope="module")
def _finder(declared: Declaration) -> SubjectFinder:
    return SubjectFinder(declared.subjects)


@pytest.mark.parametrize(("headline", "subjects"), HEADLINES)
def test_a_headline_names_whom_it_means(finder: SubjectFinder, headline: str, subjects: str) -> None:
    """By name, alias or person; words that only look like a name are nobody."""
    found = {hit.subject for hit in finder.find(fold(headline), headline, NOON)}

    assert " ".join(sorted(found)) == subjects


def test_a_chairman_counts_from_his_first_day(finder: SubjectFinder) -> None:
    """Before he took office his name did not stand for the company."""
    headline = "印奇：新工作的第一天"

    assert not finder.find(fold(headline), headline, timing.parse_instant("2025-06-01", timing.zone("UTC")))
    assert finder.find(fold(headline), headline, timing.parse_instant("2026-02-01", timing.zone("UTC")))


def test_every_class_that_a_rule_weighs_has_somebody(declared: Declaration) -> None:
    """A grade by class can hold: somebody of that class is declared."""
    classes = {subject.klass for subject in declared.subjects.values()}
    asked = {
        one
        for indicator in declared.indicators.values()
        for rule in indicator.rules.values()
        for grade in getattr(rule.params, "grade", ())
        for one in grade.counterparty
    }

    assert asked == {"carmaker", "phone maker", "bank", "carrier"}
    assert asked <= classes


# ---- what the READMEs say


def _cells(text: str, first: str) -> dict[str, set[str]]:
    """The rows of the table whose header begins with this: first cell -> the code spans of the last."""
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = {}
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        cells = line.strip("| ").split(" | ")
        found[cells[0].strip("`")] = set(re.findall(r"`(\w+)`", cells[-1]))
    return found


def test_the_readme_of_db_lists_the_views() -> None:
    """Every view, and no column that it does not have."""
    said = _cells((STARTER / "db-README.md").read_text(encoding="utf-8"), "view")
    real = {
        name: {column.name for column in statement.selected_columns}
        for name, statement in views.statements("sqlite").items()
    }

    assert tuple(said) == db.views.NAMES
    assert {name: columns - real[name] for name, columns in said.items() if columns - real[name]} == {}


def test_the_readme_of_alerts_lists_the_front_matter() -> None:
    """The keys of an alert's file and of an opening brief."""
    text = (STARTER / "alerts-README.md").read_text(encoding="utf-8")
    item = Item(
        alert=3, thread="2026-11-23-revenue.result-stepfun-3", word="overdue", severity="warning", indicator="revenue",
        indicator_name="Annual revenue", rule="result", subject="stepfun", subject_name="StepFun", at=NOON,
        headline="No figure is known",
    )  # fmt: skip
    message = Message(id="1", receiver="folder", kind="opening", at=NOON, items=(item,), timezone="Asia/Shanghai")

    (opening, whole, _), (alert, own, _) = files(message, [(item, "text\n")])

    assert (opening, alert) == ("2026/2026-11-23-opening.md", "2026/2026-11-23-revenue.result-stepfun-3.md")
    assert f"`{opening}`" in text
    assert f"`{alert}`" in text
    said = _cells(text, "type")
    assert said["opening"] == _front(whole)
    assert said["alert"] == _front(own)


def test_the_readme_of_alerts_lists_the_front_matter_of_a_digest() -> None:
    """Its name is that of the week."""
    text = (STARTER / "alerts-README.md").read_text(encoding="utf-8")
    message = Message(
        id="2", receiver="folder", kind="digest", at=NOON, period="2026-W48", markdown="# Week\n",
        front=(("from", "2026-11-23"), ("to", "2026-11-29"), ("as_of", "2026-11-29T16:00:00Z")),
    )  # fmt: skip

    ((path, whole, _),) = digest(message)

    assert f"`{path}`" in text
    assert _cells(text, "type")["digest"] == _front(whole)


def _front(text: str) -> set[str]:
    return set(re.findall(r"^(\w+): ", text.split("---\n")[1], re.M))


def test_the_readme_of_alerts_has_room_for_the_real_ones() -> None:
    """The repository shows one alert and one digest between marks."""
    text = (ROOT / "alerts" / "README.md").read_text(encoding="utf-8")

    for mark in ("<!-- alert -->", "<!-- digest -->"):
        assert text.count(mark) == 1
        assert "<!-- end -->" in text.partition(mark)[2]
