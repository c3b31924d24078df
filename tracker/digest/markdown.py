"""The digest as Markdown: one table and lists; whatever came from outside is text and no markup."""

from __future__ import annotations

from collections.abc import Iterator

from tracker import plain
from tracker.digest.page import Page, Row, Table
from tracker.tongue import say, speaking


def markdown(page: Page) -> str:
    """The whole digest without front matter, with a newline at its end."""
    with speaking(page.language):
        return _markdown(page)


def _markdown(page: Page) -> str:
    lines = [f"# {plain.markdown(page.title)}", "", say("**In one line:** {line}", line=plain.markdown(page.line)), ""]
    lines += [f"## {plain.markdown(page.table.heading)}", "", *_table(page.table)]
    for section in page.sections:
        lines += ["", f"## {plain.markdown(section.heading)}", "", *(_row(row) for row in section.rows)]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(plain.markdown(column) for column in table.columns) + " |"
    yield "|" + "---|" * len(table.columns)
    group = ""
    for line in table.lines:
        if line.group and line.group != group:
            group = line.group
            yield f"| | **{plain.markdown(group)}** |" + " |" * (len(table.columns) - 2)
        yield "| " + " | ".join(plain.markdown(cell) for cell in line.told) + " |"


def _row(row: Row) -> str:
    label = f"**{plain.markdown(row.label)}** " if row.label else ""
    link = plain.link(row.link)
    return f"- {label}{plain.markdown(' · '.join(row.parts))}" + (f" · [{say('link')}](<{link}>)" if link else "")
