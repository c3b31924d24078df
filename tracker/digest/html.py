"""The digest as a page of simple HTML, for mail and browser: tables, every style in its cell, everything escaped, nothing loaded.

In a mail a drawing is a picture beside the text (`cid:`); in a file it stands in the page itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker import charts, plain
from tracker.digest.page import Line, Page, Row, Section, Table
from tracker.tongue import language, say, speaking

#: Mail programs cut a page at about 100 kB. One that is larger tells fewer rows of each section; the text part has them all.
LARGEST = 96_000
_SHORTER = (1_000_000, 40, 15, 5)
_DARK = (
    ":root{color-scheme:light dark}"
    + charts.STYLE
    + "@media (prefers-color-scheme:dark){.g{background:#12161c!important}"
    ".c{background:#181d25!important;border-color:#2d3541!important}.i{color:#e8eaf0!important}.s{color:#9aa6b5!important}"
    ".l{color:#8ab8f5!important}.alarm{color:#ff9aa2!important}.late{color:#f0b860!important}.unknown{color:#c9a6f0!important}"
    ".calm{color:#8fcfae!important}}"
)
_TONES = {"alarm": "#a6192e", "late": "#8a5200", "unknown": "#6a3d9a", "calm": "#2f6b4f"}
_FONT = (
    "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Arial,"
    "sans-serif;font-size:15px;line-height:1.45"
)
_RULED = "border-top:1px solid #dcdfe6;"
_CELL = f"padding:7px 0;{_RULED}vertical-align:top;word-break:break-word"
_SOFT = "color:#5b6573;font-size:13px"
_PLAIN_TABLE = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'


def html(page: Page, *, mail: bool = False) -> str:
    """A whole document, small enough for a mail program."""
    with speaking(page.language):
        made = ""
        for most in _SHORTER:
            made = _document(page, most, mail=mail)
            if len(made.encode()) <= LARGEST:
                break
        return made


def images(page: Page) -> tuple[tuple[str, str, str], ...]:
    """The drawings that the mail names: (name, SVG, the same in letters)."""
    drawn = ((_name(number), line.drawing) for number, line in enumerate(page.table.lines))
    return tuple((name, one.svg, one.letters) for name, one in drawn if one is not None)


def _name(number: int) -> str:
    return f"line{number}"


def _document(page: Page, most: int, *, mail: bool) -> str:
    title = _said(page.title)
    body = [
        f'<tr><td style="padding:4px 4px 10px"><h1 class="i" style="font-size:20px;line-height:1.3;margin:0 0 6px">{title}</h1>',
        f'<div class="i" style="font-size:16px">{say("<b>In one line:</b> {line}", line=_said(page.line))}</div></td></tr>',
        *_section_of(page.table.heading, _table(page.table, mail=mail)),
    ]
    for section in page.sections:
        body += _section_of(section.heading, _rows(section, most))
    head = (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{title}</title>\n<style>{_DARK}</style>"
    )
    lines = [
        "<!doctype html>", f'<html lang="{language()}">', f"<head>\n{head}\n</head>",
        f'<body class="g i" style="margin:0;padding:0;background:#f4f6f8;color:#1b2330;{_FONT}">',
        f'{_PLAIN_TABLE}><tr><td align="center" style="padding:12px 8px">', f'{_PLAIN_TABLE} style="max-width:700px">', *body,
        "</table>", "</td></tr></table>", "</body>", "</html>",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _said(text: str) -> str:
    return plain.html(plain.line(text))


def _section_of(heading: str, inside: Iterator[str]) -> Iterator[str]:
    """A card with a heading; its rows are table rows."""
    yield '<tr><td style="padding:0 0 12px">'
    yield f'{_PLAIN_TABLE} class="c" style="background:#ffffff;border:1px solid #dcdfe6"><tr><td style="padding:10px 14px 6px">'
    yield f'<h2 class="i" style="font-size:16px;margin:0 0 6px">{_said(heading)}</h2>'
    yield from inside
    yield "</td></tr></table></td></tr>"


def _table(table: Table, *, mail: bool) -> Iterator[str]:
    """Two columns, so that a telephone shows it: name with now and then, and state with the drawing."""
    _, _, now, then, state = (_said(column) for column in table.columns)
    yield '<table width="100%" cellpadding="0" cellspacing="0" border="0">'
    yield f'<tr><th scope="col" class="s" align="left" style="padding:0 0 4px;{_SOFT};font-weight:400">{now} · {then}</th>'
    yield f'<th scope="col" class="s" align="left" style="padding:0 0 4px 12px;{_SOFT};font-weight:400">{state}</th></tr>'
    group = ""
    for number, line in enumerate(table.lines):
        if line.group and line.group != group:
            group = line.group
            yield f'<tr><th colspan="2" scope="rowgroup" class="s" align="left" style="padding:10px 0 2px;{_SOFT}">{_said(group)}</th></tr>'
        yield _line(line, _name(number), table, mail=mail)
    yield "</table>"


def _line(line: Line, name: str, table: Table, *, mail: bool) -> str:
    number, about, now, then, state = (_said(cell) for cell in line.cells)
    colour = _TONES.get(line.tone, _TONES["calm"])
    drawing = ""
    if line.drawing is not None:
        said = _said(line.drawing.words)
        drawing = (
            f'<img src="cid:{name}" width="140" height="34" alt="{said}" style="display:block;border:0;margin:3px 0 0">'
            if mail
            else f'<div role="img" aria-label="{said}" style="margin:3px 0 0">{line.drawing.svg}</div>'
        )
    told = then if then == _said(say("same")) else f"{_said(table.columns[3])}: {then}"
    before = f'{" · " if told == then else "<br>"}<span class="s" style="{_SOFT}">{told}</span>'
    return (
        f'<tr><td class="i c" style="{_CELL}"><span class="s" style="{_SOFT}">{number}</span> {about}<br><b>{now}</b>'
        f"{before}</td>"
        f'<td class="c" width="142" style="{_CELL};padding-left:12px;width:142px">'
        f'<span class="{line.tone or "calm"}" style="font-size:14px;color:{colour}">{state}</span>{drawing}</td></tr>'
    )


def _rows(section: Section, most: int) -> Iterator[str]:
    yield '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
    for row in section.rows[:most]:
        yield f'<tr><td class="i c" style="{_CELL}">{_row(row)}</td></tr>'
    if len(section.rows) > most:
        more = say("and {n} more; the text part has them all", n=len(section.rows) - most)
        yield f'<tr><td class="s c" style="{_CELL};{_SOFT}">{more}</td></tr>'
    yield "</table>"


def _row(row: Row) -> str:
    """The thing itself, and under it its particulars."""
    label = f"<b>{_said(row.label)}</b> " if row.label else ""
    link = plain.link(row.link)
    anchor = (
        f' · <a class="l" href="{plain.html(link)}" rel="noopener noreferrer" style="color:#0b57b0">{say("link")}</a>'
        if link
        else ""
    )
    rest = _said(" · ".join(row.parts[1:])) + anchor
    under = f'<br><span class="s" style="{_SOFT}">{rest.removeprefix(" · ")}</span>' if rest else ""
    return f"{label}{_said(row.parts[0])}{under}"
