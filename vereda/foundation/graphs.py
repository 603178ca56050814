"""A small picture of who stands how to whom: people on rings, arrows with words between them.

For up to about twenty people; the same is always also given as a table, which is what screen readers
and narrow screens get.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

Words = str | Promise
WIDE, HIGH = 760.0, 460.0
BOX_WIDE, BOX_HIGH = 128.0, 38.0
LONGEST_NAME = 18
LONGEST_ROLE = 22
MOST_ON_ONE_RING = 10
TONES = ("good", "risk", "plain", "")


@dataclass(frozen=True, slots=True)
class Node:
    """A person: `key` is unique, `url` leads to them, `tone` colours the edge of their box."""

    key: str
    name: str
    role: Words = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """How one stands to another: from, to, the words ("reports to"), and a tone."""

    source: str
    target: str
    label: Words
    tone: str = ""


Place = tuple[float, float]


def relationship_graph(nodes: Sequence[Node], edges: Sequence[Edge], *, title: Words) -> SafeString:
    """The picture and, behind a word that opens it, the table of the same relationships."""
    places = places_of(nodes, edges)
    known = [edge for edge in edges if edge.source in places and edge.target in places]
    drawing = format_html(
        '<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}{}</svg>',
        round(WIDE),
        round(HIGH),
        title,
        arrow_heads(),
        format_html_join("", "{}", ((line_of(edge, places),) for edge in known)),
        format_html_join("", "{}", ((box_of(node, places[node.key]),) for node in nodes)),
        format_html_join("", "{}", ((words_of(edge, places),) for edge in known)),
    )
    return format_html(
        '<figure class="chart graph">{}<details><summary>{}</summary>{}</details></figure>',
        drawing,
        gettext("The relationships as a table"),
        relationship_table(nodes, known, title=title),
    )


def places_of(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, Place]:
    """Where everybody stands: the most connected in the middle of few, others around on one or two rings."""
    degree = {node.key: 0 for node in nodes}
    for edge in edges:
        for key in (edge.source, edge.target):
            if key in degree:
                degree[key] += 1
    ranked = sorted(nodes, key=lambda node: -degree[node.key])
    middle, around = (ranked[:1], ranked[1:]) if len(nodes) > 3 else ([], list(ranked))
    rings = [around[:MOST_ON_ONE_RING], around[MOST_ON_ONE_RING:]]
    places = {node.key: (WIDE / 2, HIGH / 2) for node in middle}
    for ring, reach in zip(rings, (0.62 if rings[1] else 1.0, 1.0), strict=True):
        places |= ring_of(ring, reach=reach)
    return places


def ring_of(nodes: Sequence[Node], *, reach: float) -> dict[str, Place]:
    """Evenly around the middle, starting at the top; `reach` 1 touches the edge of the drawing."""
    across = (WIDE / 2 - BOX_WIDE / 2 - 8) * reach
    down = (HIGH / 2 - BOX_HIGH / 2 - 8) * reach
    return {
        node.key: (
            WIDE / 2 + across * sin(2 * pi * index / len(nodes)),
            HIGH / 2 - down * cos(2 * pi * index / len(nodes)),
        )
        for index, node in enumerate(nodes)
    }


def arrow_heads() -> SafeString:
    """The heads of the arrows, one for each tone."""
    return format_html(
        "<defs>{}</defs>",
        format_html_join(
            "",
            '<marker id="arrow-{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
            ' orient="auto-start-reverse"><path class="arrow {}" d="M0 0L8 4L0 8Z"></path></marker>',
            ((tone or "line", tone) for tone in TONES),
        ),
    )


def line_of(edge: Edge, places: dict[str, Place]) -> SafeString:
    """An arrow from the edge of one box to the edge of the other, a little bent."""
    start, end = places[edge.source], places[edge.target]
    bend = bend_of(start, end)
    (x1, y1), (x2, y2) = edge_of_box(start, towards=bend), edge_of_box(end, towards=bend)
    return format_html(
        '<path class="edge {}" d="M{} {}Q{} {} {} {}" marker-end="url(#arrow-{})"></path>',
        edge.tone,
        *(f"{each:.1f}" for each in (x1, y1, *bend, x2, y2)),
        edge.tone or "line",
    )


def bend_of(start: Place, end: Place) -> Place:
    """The point an arrow bends towards, so that one there and one back do not lie on each other."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1) or 1
    aside = min(26.0, length / 8)
    return (x1 + x2) / 2 + (y2 - y1) / length * aside, (y1 + y2) / 2 - (x2 - x1) / length * aside


def edge_of_box(centre: Place, *, towards: Place) -> Place:
    """Where the line from the centre of a box towards a point leaves the box."""
    across, down = towards[0] - centre[0], towards[1] - centre[1]
    if not across and not down:
        return centre
    scale = min(
        (BOX_WIDE / 2 + 3) / abs(across) if across else float("inf"),
        (BOX_HIGH / 2 + 3) / abs(down) if down else float("inf"),
    )
    return centre[0] + across * scale, centre[1] + down * scale


def box_of(node: Node, place: Place) -> SafeString:
    """A person's box: name, and their role under it; a link when there is somewhere to go."""
    x, y = place
    inside = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8"></rect>'
        '<text class="name" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="role" x="{}" y="{}" text-anchor="middle">{}</text>',
        f"{x - BOX_WIDE / 2:.1f}",
        f"{y - BOX_HIGH / 2:.1f}",
        f"{BOX_WIDE:.0f}",
        f"{BOX_HIGH:.0f}",
        f"{x:.1f}",
        f"{y - 2 if node.role else y + 4:.1f}",
        shortened(node.name, LONGEST_NAME),
        f"{x:.1f}",
        f"{y + 12:.1f}",
        shortened(str(node.role), LONGEST_ROLE),
    )
    if node.url:
        return format_html(
            '<a class="node {}" href="{}" aria-label="{}">{}</a>', node.tone, node.url, node.name, inside
        )
    return format_html('<g class="node {}">{}</g>', node.tone, inside)


def words_of(edge: Edge, places: dict[str, Place]) -> SafeString:
    """What an arrow means, on a patch of paper at its middle."""
    start, end = places[edge.source], places[edge.target]
    bend = bend_of(start, end)
    x = (start[0] + end[0]) / 4 + bend[0] / 2
    y = (start[1] + end[1]) / 4 + bend[1] / 2
    width = len(str(edge.label)) * 5.6 + 10
    return format_html(
        '<g class="edge-label"><rect x="{}" y="{}" width="{}" height="15" rx="4"></rect>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        f"{x - width / 2:.1f}",
        f"{y - 8:.1f}",
        f"{width:.1f}",
        f"{x:.1f}",
        f"{y + 3.5:.1f}",
        edge.label,
    )


def shortened(text: str, longest: int) -> str:
    """The text, cut with an ellipsis when it would not fit."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def relationship_table(nodes: Sequence[Node], edges: Sequence[Edge], *, title: Words) -> SafeString:
    """Who, how, to whom: one relationship a row."""
    names = {node.key: node.name for node in nodes}
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
        ((names[edge.source], edge.label, names[edge.target]) for edge in edges),
    )
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table class="table"><thead>'
        '<tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></div>",
        title,
        gettext("Who"),
        gettext("How"),
        gettext("To whom"),
        rows,
    )
