"""Bar charts as SVG, drawn by the server."""

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
    colors=("#1a5a9e", "#17653a", "#7a4b00", "#a11d1d"),
    font_family="sans-serif",
)

WIDTH, HEIGHT = 960, 340


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
    drawn.add_xml_filter(_without_script)
    svg: bytes = drawn.render()
    return svg


def _without_script(picture: Element) -> Element:
    """The picture alone: the library brings a script for tooltips."""
    for parent in list(picture.iter()):
        for script in parent.findall("{*}script"):
            parent.remove(script)
    return picture
