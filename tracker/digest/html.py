"""The digest as a page of simple HTML, for mail and browser: one table and lists, everything escaped, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterator

from tracker import plain
from tracker.digest.page import Page, Row, Section, Table

#: Mail readers know no style sheets: each cell carries its own.
_CELL = 'style="padding:2px 10px 2px 0;text-align:left;vertical-align:top"'


def html(page: Page) -> str:
    """A whole document."""
    title = plain.html(plain.line(page.title))
    body = [f"<h1>{title}</h1>", f"<p><strong>In one line:</strong> {_said(page.line)}</p>", *_table(page.table)]
    for section in page.sections:
        body += _section(section)
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{title}</title>'
    lines = ["<!doctype html>", '<html lang="en">', f"<head>\n{head}\n</head>", "<body>", *body, "</body>", "</html>"]
    return "\n".join(lines) + "\n"


def _said(text: str) -> str:
    return plain.html(plain.line(text))


def _table(table: Table) -> Iterator[str]:
    yield f"<h2>{_said(table.heading)}</h2>"
    yield "<table>"
    yield "<tr>" + "".join(f'<th scope="col" {_CELL}>{_said(column)}</th>' for column in table.columns) + "</tr>"
    group = ""
    for line in table.lines:
        if line.group and line.group != group:
            group = line.group
            yield f'<tr><th colspan="{len(table.columns)}" scope="rowgroup" {_CELL}>{_said(group)}</th></tr>'
        yield "<tr>" + "".join(f"<td {_CELL}>{_said(cell)}</td>" for cell in line.cells) + "</tr>"
    yield "</table>"


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{_said(section.heading)}</h2>"
    yield "<ul>"
    for row in section.rows:
        yield f"<li>{_row(row)}</li>"
    yield "</ul>"


def _row(row: Row) -> str:
    label = f"<strong>{_said(row.label)}</strong> " if row.label else ""
    link = plain.link(row.link)
    anchor = f' · <a href="{plain.html(link)}" rel="noopener noreferrer">link</a>' if link else ""
    return f"{label}{_said(' · '.join(row.parts))}{anchor}"
