"""An alert as it is read: every fact that is known, none that is not, and foreign text that stays text."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt  # comes with rich
from markdown_it.token import Token

from tests.alerts.making import NOON, growth, item, message
from tracker import alerts
from tracker.model.told import Item, Rendered

ONE_EVENT = """\
[warning · new] MiniMax 技术负责人离职 — MiniMax
How sure:       reported · 2 sources · named press
Happened:       2026-08-19
Public:         2026-08-19 10:37
Reached us:     2026-08-19 12:00
Threshold from: section 5 of the analysis
Speaks next:    when it is confirmed or denied
Quote:          "MiniMax 技术负责人已于近日离职"
Source:         kr36
Link:           https://36kr.com/p/1
Answer:         tracker ack 7 --as useful|noise|wrong

--
StepFun · 2026-08-19 12:00 · times in Asia/Shanghai
"""
ONE_BREACH = """\
[critical · active] API call growth (StepFun): 8x is below 10x
How sure:       actual · official · StepFun
Happened:       2026-H1
Public:         2026-08-19 10:37
Reached us:     2026-08-19 12:00
Active since:   2026-08-19 12:00
Threshold from: section 5 of the analysis
Last value:     8x (actual, 2026-H1)
Clears when:    >= 12
Speaks next:    when it gets graver or clears
Answer:         tracker ack 3

--
StepFun · 2026-08-19 12:00 · times in Asia/Shanghai
"""
#: What a page or a press release may hold, and what it would like to do.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[free](https://evil.example) ![x](https://evil.example/i.png) https://evil.example www.evil.example",
    "\x1b[31mred\x1b[0m \x9b2J \u202egnp.exe \ufeff\x00",
    "two\r\nBcc: everyone@evil.example\n\n# Heading\n---\n<!-- message 0f -->",
    "=?utf-8?q?a=0D=0ABcc:_everyone@evil.example?=",
    "`code` *bold* | cell | ~~~ {{ 7 * 7 }} {% raw %} &lt;b&gt; \ud800",
    '" onmouseover="alert(1)',
)


@pytest.mark.parametrize(("told", "wanted"), [(item(), ONE_EVENT), (growth(), ONE_BREACH)], ids=["event", "breach"])
def test_the_text_says_all_that_is_known(told: Item, wanted: str) -> None:
    """What happened, how sure, when, whose threshold, what would clear it, what comes next, how to answer."""
    assert alerts.render(message(told)).text == wanted


def test_what_is_not_known_is_left_out() -> None:
    """A bare alert is its headline; no label stands without its fact in any form."""
    bare = Item(
        alert=1, thread="2026-08-19-a.b-c-1", word="firing", severity="info", indicator="a", indicator_name="", rule="b",
        subject="c", subject_name="", at=NOON, headline="",
    )  # fmt: skip

    made = alerts.render(message(bare))

    assert made.text.splitlines()[0] == "[info · active] a (c)"
    assert made.text.splitlines()[1] == ""
    for form in (made.text, made.html, made.files[0][1]):
        assert not re.search(r"How sure|Quote|Source|Answer|None|nan", form)


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        (growth("firing"), "[CRITICAL] API call growth (StepFun): 8x is below 10x"),
        (growth("update", headline="Now: API: 8x"), "[now CRITICAL] API: 8x"),
        (growth("repeat", headline="Still: API: 8x", severity="info"), "[still INFO] API: 8x"),
        (growth("flapping"), "[unsettled] API call growth (StepFun): 8x is below 10x"),
        (growth("resolved", headline="API: back in the clear"), "[cleared] API: back in the clear"),
        (item("event"), "[WARNING] MiniMax 技术负责人离职 — MiniMax"),
        (item("confirmed", headline="Confirmed: 离职 — MiniMax"), "[confirmed] 离职 — MiniMax"),
        (item("denied", headline="Denied: 离职 — MiniMax"), "[denied] 离职 — MiniMax"),
        (
            growth("upcoming", headline="Revenue: >= 10bn, due in 38 days"),
            "[due] Revenue: >= 10bn, due in 38 days",
        ),
        (growth("met"), "[met] API call growth (StepFun): 8x is below 10x"),
        (growth("missed"), "[missed] API call growth (StepFun): 8x is below 10x"),
        (growth("unknown"), "[due, no figure] API call growth (StepFun): 8x is below 10x"),
        (growth("overdue"), "[overdue] API call growth (StepFun): 8x is below 10x"),
    ],
    ids=lambda value: value.word if isinstance(value, Item) else "says",
)
def test_each_word_has_its_subject(told: Item, subject: str) -> None:
    """The state stands in brackets and what it is about outside, on one line for a watch; each form says the same."""
    made = alerts.render(message(told))

    assert made.subject == subject
    assert len(made.subject) <= 150
    headline = subject.partition("] ")[2].rstrip("…")
    assert headline in made.text
    assert headline in "".join(Page(made.html).words)
    assert f'word: "{told.word}"' in made.files[0][1]


def test_a_long_title_is_cut_in_the_subject() -> None:
    """A mail program shows about so much of it; the text has more."""
    made = alerts.render(message(item(headline="长" * 300)))

    assert made.subject == f"[WARNING] {'长' * 139}…"
    assert "长" * 300 in made.text


def test_a_resolved_alert_does_not_say_how_to_clear_it() -> None:
    """It says since when it had fired."""
    text = alerts.render(message(growth("resolved"))).text

    assert "Clears when" not in text
    assert "Was active from" in text


def test_several_alerts_in_one_message_stand_the_gravest_first() -> None:
    """The subject names it and counts the others; the files stay one for each."""
    made = alerts.render(message(item(), growth()))

    assert made.subject == "[CRITICAL] API call growth (StepFun): 8x is below 10x (+1 more)"
    assert made.text.index("API call growth") < made.text.index("技术负责人")
    assert [path for path, _, _ in made.files] == [
        "2026/2026-08-19-departures.left-minimax-1.md",
        "2026/2026-08-19-api_growth.slow-stepfun-2.md",
    ]


def test_an_opening_brief_speaks_also_when_nothing_was_found() -> None:
    """Headings with their lines; the subject says that watching has begun."""
    brief = (("What is due", ("Revenue (StepFun): CNY 10bn by 2025-12-31",)),)

    made = alerts.render(message(kind="opening", thread="opening", brief=brief))

    assert made.subject == "[opening brief] StepFun: watching has begun, nothing needs attention"
    assert "\nWhat is due\n- Revenue (StepFun): CNY 10bn by 2025-12-31\n" in made.text
    assert "Revenue (StepFun): CNY 10bn by 2025-12-31" in "".join(Page(made.html).words)
    assert [path for path, _, _ in made.files] == ["2026/2026-08-19-opening.md"]


def test_many_alerts_stay_below_what_a_mail_program_shows() -> None:
    """A page of more than about 100 kB is cut by some; the rest is told by its headline, and none is lost."""
    told = [growth(alert=number, headline=f"alert number {number} {'x' * 200}") for number in range(200)]

    made = alerts.render(message(*told, kind="opening"))

    assert len(made.html.encode()) < 100_000
    assert all(f"alert number {number} " in made.text for number in range(200))
    assert all(f"alert number {number} " in made.html for number in range(200))


def test_a_digest_comes_drawn() -> None:
    """Its room made the text; here it gets a subject, a file and front matter."""
    digest = message(
        kind="digest", period="2026-W34", title="StepFun · week 2026-W34: one departure", thread="",
        text="StepFun · week 2026-W34\nThe nine        now     then", html="<p>now</p>", markdown="# Week\n\nnow\n",
        front=(("from", "2026-08-17"), ("type", "other")),
    )  # fmt: skip

    made = alerts.render(digest)

    assert made.subject == "[digest] StepFun · week 2026-W34: one departure"
    assert made.text == "StepFun · week 2026-W34\nThe nine        now     then\n"
    assert made.html == "<p>now</p>"
    (path, whole, section) = made.files[0]
    assert (path, section) == ("digests/2026-W34.md", "")
    assert whole.startswith('---\ntype: "digest"\nwatch: "StepFun"\nperiod: "2026-W34"\n')
    assert whole.endswith('from: "2026-08-17"\n---\n\n# Week\n\nnow\n')


def test_a_digest_with_its_own_front_matter_keeps_it() -> None:
    """Nothing is written twice."""
    made = alerts.render(message(kind="digest", period="2026-W34", markdown="---\ntype: digest\n---\n\nnow\n"))

    assert made.files[0][1] == "---\ntype: digest\n---\n\nnow\n"


@pytest.mark.parametrize("name", [field.name for field in fields(Item) if field.type == "str"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_foreign_text_stays_text(name: str, text: str) -> None:
    """Whichever fact it stands in, no form obeys it: no tag, no link, no escape sequence, no line of its own."""
    told = replace(item(), **{name: text})
    calm = _shape(alerts.render(message(item(chart="<svg/>"))))
    made = alerts.render(message(told, kind="opening", brief=((text, (text,)),)))

    for _, whole, section in made.files:
        assert _obeyed(whole) <= {"https://36kr.com/p/1"}
        assert len(re.findall("^<!--", section, re.MULTILINE)) == 1
    assert _obeyed(made.markdown) <= {"https://36kr.com/p/1"}
    page = Page(made.html)
    assert page.tags <= {*calm, "h1", "ul", "li"}
    assert page.links <= {"https://36kr.com/p/1", "cid:chart7"}
    for form in (made.subject, made.text, made.html, made.markdown, *(part for file in made.files for part in file)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufeff]", form)
    assert "\n" not in made.subject
    assert not [line for line in made.text.splitlines() if line.startswith(("Bcc:", "# Heading", "---"))]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://x.example/ onclick=1", "//x.example", "https://x.example/\n)"]
)
def test_a_link_that_may_not_be_followed_is_none(link: str) -> None:
    """The source is named, and nothing can be clicked."""
    made = alerts.render(message(item(link=link)))

    assert Page(made.html).links == set()
    assert "kr36" in made.html
    assert _obeyed(made.files[0][1]) == set()
    assert "Link:" not in made.text


def test_the_language_of_a_quote_is_marked() -> None:
    """A browser picks the right shapes for Chinese, and no wrong ones for others."""
    assert 'lang="zh"' in alerts.render(message(item())).html
    assert 'lang="zh"' not in alerts.render(message(item(quote="左の例です"))).html
    assert 'lang="zh"' not in alerts.render(message(item(quote="He left."))).html


@pytest.mark.parametrize("template", ["message.txt", "message.html", "item.md"])
@pytest.mark.parametrize(
    "broken",
    ["{{ nothing }}", "{% for x in %}", "{{ ''.__class__.__mro__ }}", "{{ 1 / 0 }}", "{{ items.pop() }}{{ item.x }}"],
)
def test_a_broken_template_does_not_lose_the_alert(template: str, broken: str, tmp_path: Path) -> None:
    """The plain facts go out and say why they are plain; the other forms are as they were."""
    (tmp_path / template).write_text(broken, encoding="utf-8")

    made, whole = alerts.render(message(growth()), templates=tmp_path), alerts.render(message(growth()))

    assert made.subject == whole.subject
    for fact in ("8x is below 10x", "section 5 of the analysis", "tracker ack 3", "8x (actual, 2026-H1)"):
        assert fact in made.text
        assert fact in made.files[0][1].replace("\\", "")
    assert ("could not be drawn" in made.text) == (template == "message.txt")
    assert (made.html == "") == (template == "message.html")
    assert ("could not be drawn" in made.files[0][1]) == (template == "item.md")
    assert _obeyed(made.files[0][1]) == set()


def test_a_template_of_ones_own_is_taken(tmp_path: Path) -> None:
    """And what is escaped in the package's own is escaped in it, too."""
    (tmp_path / "item.md").write_text("My own: {{ item.headline }}\n", encoding="utf-8")

    made = alerts.render(message(item(headline="[a](https://evil.example)")), templates=tmp_path)

    assert "My own: \\[a\\](https&#58;//evil.example)" in made.files[0][1]
    assert made.text.startswith("[warning · new] [a](https://evil.example)\n")


def test_the_same_message_is_rendered_alike_each_time() -> None:
    """Nothing in it depends on the host or on when it is drawn."""
    told = message(item(), growth(), kind="opening", brief=(("What is due", ("a",)),))

    assert alerts.render(told) == alerts.render(told)


def test_a_sample_cannot_be_taken_for_an_alert() -> None:
    """Every part of an alert is in it, and each form says that nothing has happened."""
    sample = alerts.sample("desk", "StepFun", "Asia/Shanghai", NOON)

    made = alerts.render(sample)

    assert made.subject == "[test] StepFun: a sample; nothing has happened"
    assert all("Nothing has happened" in form for form in (made.text, made.html, made.files[0][1]))
    assert [path for path, _, _ in made.files] == ["2026/2026-08-19-test.md"]
    assert all(f"{label}:" in made.text for label in ("How sure", "Last value", "Clears when", "Quote", "Answer"))
    assert alerts.sample("desk", "StepFun", "Asia/Shanghai", NOON) == sample
    assert alerts.sample("folder", "StepFun", "Asia/Shanghai", NOON).id != sample.id


class Page(HTMLParser):
    """What a browser would make of a page: its tags, where its links lead, its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _shape(made: Rendered) -> set[str]:
    return Page(made.html).tags


def _obeyed(markdown: str) -> set[str]:
    """Where the links of a Markdown text lead, outside the folder; nothing in it may be HTML, an image or code of others."""
    body = re.sub(r"\A---\n.*?^---$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    tokens = list(_all(MarkdownIt("commonmark").parse(body)))
    assert not [one.content for one in tokens if one.type == "image"]
    assert not [
        one.content for one in tokens if one.type.startswith("html") and not one.content.startswith("<!-- message ")
    ]
    links = {str(one.attrs["href"]) for one in tokens if one.type == "link_open"}
    return {link for link in links if not link.endswith(".md")}


def _all(tokens: list[Token]) -> list[Token]:
    return [*tokens, *(inner for one in tokens for inner in _all(one.children or []))]
