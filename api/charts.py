"""Bar charts as SVG, drawn by the server."""

import math
import sys
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

# The library looks for maps, which we do not have, by an import hook of a kind that Python has
# given up and other libraries stumble over.
sys.meta_path[:] = [
    finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)
]

STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    colors=("#1a5a9e", "#17653a", "#7a4b00", "#a11d1d", "#5b2c83"),
    font_family="sans-serif",
)

WIDTH, HEIGHT = 960, 340

LINES = 5
"""Lines across a chart of whole numbers, at about so many steps."""


def bars(
    names: Sequence[str], series: Mapping[str, Sequence[float | None]], *, nothing: str
) -> bytes:
    """The chart of `series`, each with a value for each of `names`; same values, same bytes.

    `nothing` is what it says where there are no values.
    """
    drawn = pygal.Bar(
        js=[],
        no_prefix=True,
        style=STYLE,
        width=WIDTH,
        height=HEIGHT,
        legend_at_bottom=True,
        no_data_text=nothing,
    )
    drawn.x_labels = list(names)
    for name, values in series.items():
        drawn.add(name, list(values))
    known = [value for values in series.values() for value in values if value is not None]
    if all(value == int(value) for value in known):
        step = math.ceil(max(known, default=1) / LINES) or 1
        drawn.y_labels = range(0, math.ceil(max(known, default=1)) + step, step)
        drawn.value_formatter = "{:.0f}".format
    drawn.add_xml_filter(_without_script)
    svg: bytes = drawn.render()
    return svg


def _without_script(picture: Element) -> Element:
    """The picture alone: the library brings a script for tooltips."""
    for parent in list(picture.iter()):
        for script in parent.findall("{*}script"):
            parent.remove(script)
    return picture
