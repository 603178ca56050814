"""A small picture of who stands how to whom: people in rows, arrows with words between them.

For up to about twenty people; the same is always also given as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

Words = str | Promise
WIDE, ROW_HIGH = 620.0, 112.0
BOX_WIDE, BOX_HIGH = 186.0, 38.0
LONGEST_NAME = 26
LONGEST_ROLE = 30
MOST_ON_A_ROW = 3
LABEL_HIGH = 15.0
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
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
    """How one stands to another: from, to, the words ("reports to"), and a tone.

    `upward`: the target stands above the source, as a boss does.
    """

    source: str
    target: str
    label: Words
    tone: str = ""
    upward: bool = False


Place = tuple[float, float]
Box = tuple[float, float, float, float]


def relationship_graph(nodes: Sequence[Node], edges: Sequence[Edge], *, title: Words) -> SafeString:
    """The picture and, behind a word that opens it, the table of the same relationships."""
    names = {node.key for node in nodes}
    known = [edge for edge in edges if edge.source in names and edge.target in names]
    rows = rows_of_people(nodes, known)
    places = places_of(rows)
    drawing = format_html(
        '<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}{}</svg>',
        round(WIDE),
        round(ROW_HIGH * len(rows)),
        title,
        arrow_heads(),
        format_html_join("", "{}", ((line_of(edge, places),) for edge in known)),
        format_html_join("", "{}", ((box_of(node, places[node.key]),) for node in nodes)),
        words_between(known, places),
    )
    return format_html(
        '<figure class="chart graph"><div class="sideways">{}</div>'
        "<details><summary>{}</summary>{}</details></figure>",
        drawing,
        gettext("The relationships as a table"),
        relationship_table(nodes, known, title=title),
    )


def rows_of_people(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[str]]:
    """Who stands on which row: bosses above those who report to them, others beside whom they know.

    A row holds at most MOST_ON_A_ROW; within it, people stand near those they are tied to.
    """
    levels = levels_of(nodes, edges)
    rows: list[list[str]] = []
    place: dict[str, float] = {}
    for level in sorted(set(levels.values())):
        keys = [node.key for node in nodes if levels[node.key] == level]
        keys.sort(key=lambda key: pull_on(key, edges, place))
        for start in range(0, len(keys), MOST_ON_A_ROW):
            row = keys[start : start + MOST_ON_A_ROW]
            rows.append(with_best_known_in_the_middle(row, edges) if not place else row)
            place |= {key: (index + 0.5) / len(rows[-1]) for index, key in enumerate(rows[-1])}
    return rows


def levels_of(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """How many bosses are above each; those without one stand level with whom they know."""
    upward = [edge for edge in edges if edge.upward and edge.source != edge.target]
    bosses = {edge.source: edge.target for edge in upward}
    inside = set(bosses) | set(bosses.values())
    levels = {key: bosses_above(key, bosses) for key in inside}
    for node in nodes:
        if node.key not in levels:
            ties = [*(e.target for e in edges if e.source == node.key)]
            ties += [e.source for e in edges if e.target == node.key]
            levels[node.key] = next((levels[tie] for tie in ties if tie in inside), 0)
    return levels


def bosses_above(key: str, bosses: dict[str, str]) -> int:
    """The length of the chain of bosses; a circle of bosses ends where it began."""
    seen = {key}
    while (key := bosses.get(key, "")) and key not in seen:
        seen.add(key)
    return len(seen) - 1


def pull_on(key: str, edges: Sequence[Edge], place: dict[str, float]) -> float:
    """Where on the row somebody is drawn to: the average place of those they are tied to above."""
    ties = [edge.target for edge in edges if edge.source == key]
    ties += [edge.source for edge in edges if edge.target == key]
    known = [place[tie] for tie in ties if tie in place]
    return sum(known) / len(known) if known else 0.5


def with_best_known_in_the_middle(row: list[str], edges: Sequence[Edge]) -> list[str]:
    """The first row, its most connected person in the middle."""
    count = {key: sum(key in (edge.source, edge.target) for edge in edges) for key in row}
    ranked = sorted(row, key=lambda key: -count[key])
    return [*reversed(ranked[1::2]), *ranked[::2]]


def places_of(rows: Sequence[Sequence[str]]) -> dict[str, Place]:
    """The centre of everybody's box."""
    return {
        key: (WIDE * (index + 0.5) / len(row), ROW_HIGH * (level + 0.58))
        for level, row in enumerate(rows)
        for index, key in enumerate(row)
    }


def arrow_heads() -> SafeString:
    """The heads of the arrows, one for each tone."""
    return format_html(
        "<defs>{}</defs>",
        format_html_join(
            "",
            '<marker id="arrow-{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
            ' markerHeight="7" orient="auto"><path class="arrow {}" d="M0 0L8 4L0 8Z"></path>'
            "</marker>",
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
    if y1 == y2:
        return (x1 + x2) / 2, y1 + BOX_HIGH * (-1.6 if x1 < x2 else 1.6)
    length = hypot(x2 - x1, y2 - y1) or 1
    aside = min(44.0, length / 3)
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
            '<a class="node {}" href="{}" aria-label="{}">{}</a>',
            node.tone,
            node.url,
            node.name,
            inside,
        )
    return format_html('<g class="node {}">{}</g>', node.tone, inside)


def words_between(edges: Sequence[Edge], places: dict[str, Place]) -> SafeString:
    """The words of all arrows, none on a person and none on other words where there is room."""
    taken = [box_around(place, wide=BOX_WIDE, high=BOX_HIGH) for place in places.values()]
    drawn = []
    for edge in edges:
        wide = len(str(edge.label)) * 5.6 + 10
        spots = [point_along(places[edge.source], places[edge.target], share=t) for t in ALONG]
        boxes = [box_around(spot, wide=wide, high=LABEL_HIGH) for spot in spots]
        chosen = min(boxes, key=lambda box: sum(overlap_of(box, other) for other in taken))
        taken.append(chosen)
        drawn.append(words_in(edge.label, chosen))
    return format_html_join("", "{}", ((each,) for each in drawn))


def point_along(start: Place, end: Place, *, share: float) -> Place:
    """The point of the bent line from start to end at that share of its way."""
    bend = bend_of(start, end)
    rest = 1 - share
    x, y = (
        rest * rest * start[axis] + 2 * rest * share * bend[axis] + share * share * end[axis]
        for axis in (0, 1)
    )
    return x, y


def box_around(centre: Place, *, wide: float, high: float) -> Box:
    """The rectangle with that centre: left, top, right, bottom."""
    x, y = centre
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def overlap_of(one: Box, other: Box) -> float:
    """The area that two rectangles share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def words_in(label: Words, box: Box) -> SafeString:
    """What an arrow means, on a patch of paper."""
    left, top, right, _bottom = box
    return format_html(
        '<g class="edge-label"><rect x="{}" y="{}" width="{}" height="{}" rx="4"></rect>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        f"{left:.1f}",
        f"{top:.1f}",
        f"{right - left:.1f}",
        f"{LABEL_HIGH:.0f}",
        f"{(left + right) / 2:.1f}",
        f"{top + LABEL_HIGH - 4:.1f}",
        label,
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
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}">'
        '<table class="table"><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></div>",
        title,
        gettext("Who"),
        gettext("How"),
        gettext("To whom"),
        rows,
    )
