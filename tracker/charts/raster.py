"""A drawing as a PNG, for mail: many mail programs show no SVG. In tones that stand out from white and from black."""

from __future__ import annotations

#: The classes of our drawings; there are no letters in them, so no fonts are looked for.
STYLE = (
    ".line{fill:none;stroke:#4a7fb5;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}"
    ".now{fill:#4a7fb5}.limit{fill:none;stroke:#c2574f;stroke-width:1;stroke-dasharray:3 3}"
    ".target{fill:none;stroke:#3f9470;stroke-width:1.2;stroke-dasharray:1 3}"
    ".interval{fill:none;stroke:#4a7fb5;stroke-width:3;stroke-opacity:.35}"
    ".grid{fill:none;stroke:#8a94a3;stroke-width:1}.happened{fill:none;stroke:#4a7fb5;stroke-width:2}"
)
_DENSITY = 2.0  # pixels for each unit, for screens that have them


def png(svg: str) -> bytes | None:
    """A transparent PNG of twice the size; None where nothing here can draw one."""
    try:
        import resvg_py
    except ImportError:
        return None
    try:
        made = resvg_py.svg_to_bytes(
            svg_string=svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), zoom=_DENSITY,
            style_sheet=STYLE, skip_system_fonts=True,
        )  # fmt: skip
    except ValueError:  # a drawing that cannot be drawn costs the picture, not the message
        return None
    return bytes(made)
