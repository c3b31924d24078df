"""Bytes to text: what newsrooms declare, what they forget to declare, and what they declare wrongly."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors.decoding import decode

SIMPLE = "阶跃星辰完成新一轮融资，估值五十亿元"
TRADITIONAL = "階躍星辰完成新一輪融資，估值五十億元"
RARE = "镕囍喆堃㐀𠀀"  # in GB18030, none of them in GB2312


def _rss(title: str, label: str = "") -> str:
    said = f' encoding="{label}"' if label else ""
    return f'<?xml version="1.0"{said}?><rss><channel><title>{title}</title></channel></rss>'


#: title, label in the document, encoding of the bytes, Content-Type
READ = [
    # UTF-8, whatever is said of it
    (SIMPLE, "", "utf-8", ""),
    (SIMPLE, "UTF-8", "utf-8", "text/xml; charset=utf-8"),
    (SIMPLE, "", "utf-8-sig", ""),
    (SIMPLE, "gb2312", "utf-8-sig", "text/xml; charset=big5"),
    (SIMPLE, "GB2312", "utf-8", "text/xml"),
    (SIMPLE, "utf-16", "utf-8", ""),
    (SIMPLE, "", "utf-8", "application/rss+xml; charset=iso-8859-1"),
    (SIMPLE, "", "utf-8", "text/xml; charset=us-ascii"),
    (SIMPLE, "klingon", "utf-8", "text/xml; charset=none"),
    # GB18030: declared, under its older names, in the header alone, wrongly, not at all
    (SIMPLE, "GB18030", "gb18030", ""),
    (SIMPLE, "gb2312", "gbk", ""),
    (RARE + SIMPLE, "gb2312", "gb18030", ""),
    (RARE + SIMPLE, "GBK", "gb18030", ""),
    (SIMPLE, "", "gbk", "text/xml; charset=GBK"),
    (SIMPLE, "", "gbk", 'text/xml;CHARSET="gb2312"'),
    (SIMPLE, "gbk", "gbk", "text/xml; charset=utf-8"),
    (SIMPLE, "gbk", "gbk", "text/xml; charset=iso-8859-1"),
    (SIMPLE, "gbk", "gbk", "text/xml; charset=us-ascii"),
    (SIMPLE, "utf-8", "gbk", ""),
    (SIMPLE, "utf-8", "gbk", "text/xml; charset=utf-8"),
    (SIMPLE, "utf-16", "gbk", ""),
    (SIMPLE, "klingon", "gbk", ""),
    (SIMPLE, "", "gbk", ""),
    (SIMPLE, "", "gbk", "text/xml; charset=iso-8859-1"),
    # Big5
    (TRADITIONAL, "big5", "big5", ""),
    (TRADITIONAL + "嘅啲", "Big5", "big5hkscs", ""),
    (TRADITIONAL, "", "big5", "text/xml; charset=big5"),
    (TRADITIONAL, "", "big5", ""),
    (TRADITIONAL, "utf-8", "big5", ""),
    # wide
    (SIMPLE, "utf-16", "utf-16", ""),
    (SIMPLE, "", "utf-16-le", ""),
    (SIMPLE, "", "utf-16-be", "text/xml; charset=utf-8"),
    (SIMPLE, "", "utf-32", ""),
    (SIMPLE, "", "utf-32-le", ""),
    (SIMPLE, "", "utf-32-be", ""),
    # others
    ("Café déjà – 5 €", "iso-8859-1", "cp1252", ""),
    ("Café déjà – 5 €", "", "cp1252", "text/xml; charset=latin1"),
    ("Café déjà", "", "cp1252", ""),
    ("ÀÉ", "", "cp1252", ""),
    ("Привет", "koi8-r", "koi8-r", ""),
    ("Привет", "", "cp1251", "text/xml; charset=windows-1251"),
    ("日本語①", "Shift_JIS", "cp932", ""),
    ("日本語", "euc-jp", "euc_jp", ""),
    ("한국어 뉴스", "euc-kr", "cp949", ""),
]


@pytest.mark.parametrize(("title", "label", "encoding", "http"), READ)
def test_a_title_arrives_whole(title: str, label: str, encoding: str, http: str) -> None:
    """Mark, valid UTF-8, HTTP, document, what the bytes say: in this order, unless one of them cannot be true."""
    assert title in decode(_rss(title, label).encode(encoding), http)


@pytest.mark.parametrize(
    "label",
    ["hex", "rot13", "base64", "zip", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7",
     "mbcs", "cp037", "../../x"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_label_that_is_no_encoding_of_documents_is_ignored(label: str, encoding: str) -> None:
    """Python knows codecs that nobody may choose for us."""
    assert SIMPLE in decode(_rss(SIMPLE, label).encode(encoding))


def test_utf_7_is_never_read() -> None:
    """In it, `+ADw-script+AD4-` is markup."""
    body = _rss("+ADw-script+AD4-", "utf-7").encode()

    assert "+ADw-script+AD4-" in decode(body, "text/xml; charset=utf-7")


def test_one_damaged_character_costs_one_character() -> None:
    """Not all the others; also where a label makes a wrong offer."""
    body = _rss(SIMPLE).encode()
    cut = body.index("融".encode())
    english = "It’s “fine” – really. ".encode() * 20

    assert "阶跃星辰完成新一轮\ufffd融资" in decode(body[:cut] + b"\xff" + body[cut:])
    assert "阶跃星辰完成新一轮\ufffd融资" in decode(body[:cut] + b"\xff" + body[cut:], "text/xml; charset=gbk")
    assert decode(english + b"\xff").count("It’s “fine” – really.") == 20
    assert SIMPLE[-6:] in decode(_rss(SIMPLE, "gbk").encode("gbk").replace("轮".encode("gbk"), b"\xff"))


def test_a_character_that_is_cut_off_at_the_end_does_not_change_the_rest() -> None:
    """A document may end in the middle."""
    assert decode(_rss(SIMPLE).encode() + "元".encode()[:2]) == _rss(SIMPLE)
    assert decode(_rss(SIMPLE).encode("gbk") + b"\xd4", "text/xml; charset=gbk") == _rss(SIMPLE)


def test_nothing_is_nothing() -> None:
    """And a mark alone too."""
    assert decode(b"") == ""
    assert decode(codecs.BOM_UTF8) == ""
    assert decode(codecs.BOM_UTF16_LE) == ""


@PATIENT
@given(
    st.binary(max_size=300),
    st.sampled_from(["", "<?xml encoding='%s'?>"]),
    st.one_of(
        st.text(alphabet="abcdefgijkloprsuxyz0123456789-_", max_size=14),
        st.sampled_from(["gbk", "big5", "idna", "utf-16"]),
    ),
    st.booleans(),
)
def test_no_bytes_are_an_exception(body: bytes, head: str, label: str, in_http: bool) -> None:
    """Whatever they are and whatever is said of them."""
    document = (head.replace("%s", label)).encode() + body

    assert isinstance(decode(document, f"text/xml; charset={label}" if in_http else ""), str)


@PATIENT
@given(
    st.text(
        alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs", "Co", "Cn"]),
        max_size=80,
    )
)
def test_utf_8_is_always_itself(title: str) -> None:
    """No label and no guess comes before it."""
    for label in ("", "gbk", "big5", "iso-8859-1"):
        assert decode(_rss(title, label).encode(), "text/xml; charset=gb2312") == _rss(title, label)
