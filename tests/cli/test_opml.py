"""opml: feeds of another reader's list into the declaration, whose comments stay, and out of it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import tracker
from tracker import indicators, pipeline
from tracker.indicators import opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Chinese">
    <outline type="rss" text="36氪" xmlUrl="https://36kr.com/feed" htmlUrl="https://36kr.com"/>
    <outline type="rss" title='He said "no": {x}' xmlUrl="https://a.example/feed?a=1&amp;b=2"/>
  </outline>
  <outline type="rss" text="36氪" xmlUrl="https://b.example/feed"/>
  <outline type="rss" text="Bad" xmlUrl="file:///etc/passwd"/>
  <outline type="rss" text="Hand" xmlUrl="https://c.example/feed"/>
  <outline type="rss" text="hand" xmlUrl="https://c.example/feed"/>
</body></opml>
"""
BEFORE = """watch: W   # mine
receivers: {folder: {kind: markdown}}
subjects: {acme: {name: Acme}}
sources:   # whom I read
    # one that I have
    kr: {kind: feed, url: "https://36kr.com/feed"}   # the first

# what I follow
indicators: {news: {name: News, mentions: true}}
"""
AFTER = BEFORE.replace(
    "# the first\n",
    """# the first
    he_said_no_x: {kind: feed, url: "https://a.example/feed?a=1&b=2", note: "He said \\"no\\": {x}"}
    "36氪": {kind: feed, url: "https://b.example/feed", note: "36氪"}
    hand_2: {kind: feed, url: "https://c.example/feed", note: "Hand"}
""",
)


def _home(tmp_path: Path, text: str = BEFORE) -> Path:
    (tmp_path / "indicators.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_feeds_come_in_and_go_out(tmp_path: Path) -> None:
    """What is known stays, what cannot be asked is said; a second import adds nothing; what goes out can come in elsewhere."""
    home = _home(tmp_path)

    tried = tracker("opml", "import", "-n", cwd=home, stdin=LIST)
    assert (tried.returncode, (home / "indicators.yaml").read_text(encoding="utf-8")) == (0, BEFORE)

    done = tracker("opml", "import", cwd=home, stdin=LIST)
    assert (done.returncode, done.stdout) == (0, "he_said_no_x\n36氪\nhand_2\n")
    assert done.stderr.splitlines() == [
        "left out: file:///etc/passwd: file: is not http or https",
        "3 of 6 feeds were added",
    ]
    assert (home / "indicators.yaml").read_text(encoding="utf-8") == AFTER
    assert tracker("check", cwd=home).returncode == 0
    assert tracker("opml", "import", cwd=home, stdin=LIST).stderr.endswith("0 of 6 feeds were added\n")

    out = tracker("opml", "export", cwd=home).stdout
    assert [(one.title, one.url) for one in opml.read(out, "x")] == [
        ("kr", "https://36kr.com/feed"), ('He said "no": {x}', "https://a.example/feed?a=1&b=2"),
        ("36氪", "https://b.example/feed"), ("Hand", "https://c.example/feed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (BEFORE.partition("sources:")[0] + "indicators: {}", "indicators: {}\n\nsources:\n  a: {kind"),
        (BEFORE.partition("sources:")[0] + "sources:\nindicators: {}\n", "sources:\n  a: {kind"),
        (
            BEFORE.partition("sources:")[0] + "sources:\n  b:\n    kind: feed\n    url: https://b.example/\n",
            "b.example/\n  a: {kind",
        ),
    ],
    ids=["no section", "an empty one", "at the end of the file"],
)
def test_where_they_are_put(before: str, wanted: str) -> None:
    known = indicators.load(before, file="x", kinds=pipeline.kinds())

    text, keys = opml.added(before, [opml.Listed("A", "https://a.example/feed")], known)

    assert (keys, wanted in text) == (["a"], True)
    assert "a" in indicators.load(text, file="x", kinds=pipeline.kinds()).sources


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        ("<rss/>", 3, "standard input: no OPML: it is a <rss>"),
        ("nothing", 3, "standard input: no OPML: "),
        (
            '<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>',
            3,
            "standard input: it defines entities, and is not read",
        ),
    ],
)
def test_what_is_no_list(tmp_path: Path, given: str, code: int, sentence: str) -> None:
    home = _home(tmp_path)

    done = tracker("opml", "import", cwd=home, stdin=given)

    assert done.returncode == code
    assert sentence in done.stderr
    assert (home / "indicators.yaml").read_text(encoding="utf-8") == BEFORE


def test_sources_in_one_line(tmp_path: Path) -> None:
    one_line = 'sources: {kr: {kind: feed, url: "https://36kr.com/feed"}}\nindicators: {}\n'
    home = _home(tmp_path, BEFORE.partition("sources:")[0] + one_line)

    done = tracker("opml", "import", cwd=home, stdin=LIST)

    assert (done.returncode, "written in one line" in done.stderr) == (3, True)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_the_file_stays_what_it_was(tmp_path: Path, bom: bytes) -> None:
    """The ends of its lines, its mark at the front, who may read it, and the link that names it."""
    sources, rest = AFTER[AFTER.index("sources:") :], AFTER[: AFTER.index("sources:")]
    after = (sources + rest).replace("He said", "\U0001f680 said").replace("he_said", "said")
    before = BEFORE[BEFORE.index("sources:") :] + rest
    real = tmp_path / "real.yaml"
    real.write_bytes(bom + before.replace("\n", "\r\n").encode())
    real.chmod(0o600)
    (tmp_path / "home").mkdir()
    link = tmp_path / "home" / "indicators.yaml"
    link.symlink_to(real)

    given = LIST.replace("He said", "\U0001f680 said").replace(
        "https://a.example/feed?a", "https://a.example/\U0001f680?a"
    )
    done = tracker("opml", "import", cwd=tmp_path / "home", stdin=given)

    assert (done.returncode, done.stdout) == (0, "said_no_x\n36氪\nhand_2\n")
    wanted = after.replace("https://a.example/feed?a", "https://a.example/\U0001f680?a").replace("\n", "\r\n")
    assert real.read_bytes() == bom + wanted.encode()
    assert (link.is_symlink(), real.stat().st_mode & 0o777) == (True, 0o600)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "real.yaml"]
