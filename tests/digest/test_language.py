"""A whole digest in Chinese: no English is left but what the desk and the world wrote."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.digest.making import full
from tracker import digest
from tracker.model.told import Drawing

#: Names, units, sources, titles and headlines of the invented week, and codes that both languages use.
FOREIGN = re.compile(
    r"Kuanju|Calls, growth|Orders|Robots at work|robots|Launches|launch|Stars|Rounds|Departures|List price|Mayi|M1|K2|K3 walker|"
    r"CTO|may leave|A founder|The first CFO left|Series B|wire|blog|A blog|The exchange|Annual report|Plan of 2025|"
    r"the annual report|a quarterly figure|the report|the paper took it back|Revenue|Technical|Market|Context|"
    r"[a-z]+\.(?:low|few|dropped|seen|quiet|silent|deadline|left)|\b(?:few|W\d\d|H[12]|CNY|M|C)\b|"
    r"at least CNY \d+bn|(?:confirmed|reported|rumoured), \d sources?, (?:official|named press)"
)


def _chinese() -> digest.Page:
    return digest.draw(replace(full(), language="zh"))


@pytest.mark.parametrize("form", [digest.text, digest.markdown])
def test_no_word_of_ours_is_left_in_english(form: object) -> None:
    """In neither form."""
    assert callable(form)
    said = FOREIGN.sub("", re.sub(r"https?://\S+", "", " ".join(form(_chinese()).split())))

    assert sorted(set(re.findall(r"[A-Za-z]{2,}", said))) == []


def test_the_page_of_a_mail_says_the_same() -> None:
    """With its language marked; tags and styles aside."""
    page = digest.html(_chinese(), mail=True)
    shown = re.sub(r"<style>.*?</style>|<[^>]+>|&[a-z]+;", " ", page, flags=re.DOTALL)

    assert '<html lang="zh">' in page
    assert sorted(set(re.findall(r"[A-Za-z]{2,}", FOREIGN.sub("", shown)))) == []


def test_money_and_limits_are_said_as_chinese_says_them() -> None:
    """In both notations where a sum is news."""
    said = digest.markdown(_chinese())

    assert "至少20亿元（at least CNY 2bn）" in said
    assert "6.4亿元（2026-06，实际），注意线低于 6亿元（相距 6.7 %）" in said
    assert "2026年8月17日至23日，上海" in said


def test_a_drawing_is_a_picture_in_a_mail_and_letters_in_text() -> None:
    """Its words stand in the picture's place; every picture that the page names is there."""
    facts = full()
    way = Drawing(svg="<svg/>", letters="▁▅█", words="3 figures, from 1x (2025) to 45x (2025-H2)")
    page = digest.draw(replace(facts, tracked=(replace(facts.tracked[0], drawing=way), *facts.tracked[1:])))

    mail = digest.html(page, mail=True)
    assert 'src="cid:line0"' in mail
    assert f'alt="{way.words}"' in mail
    assert digest.images(page) == (("line0", way.svg, way.letters),)
    assert f'aria-label="{way.words}"' in digest.html(page)
    assert "▁▅█" in digest.text(page)
    assert "▁▅█" in digest.markdown(page)


def test_a_long_digest_stays_below_what_a_mail_program_shows() -> None:
    """Rows that are too many are counted; the text part has them all."""
    section = digest.Section(
        heading="Many", rows=tuple(digest.Row(parts=(f"thing {n} {'x' * 300}",)) for n in range(900))
    )
    page = replace(digest.draw(full()), sections=(section,))

    assert len(digest.html(page, mail=True).encode()) < 100_000
    assert "and 860 more; the text part has them all" in digest.html(page, mail=True)
    assert "thing 899" in digest.text(page)
