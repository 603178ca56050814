import re
from itertools import combinations

from vereda.foundation.graphs import Edge, Node, overlap_of, relationship_graph, rows_of_people

BOSS, MIDDLE, NEW = (Node(key, key.title()) for key in ("boss", "middle", "new"))


def test_bosses_stand_above_those_who_report_to_them():
    edges = [
        Edge("new", "middle", "reports to", upward=True),
        Edge("middle", "boss", "reports to", upward=True),
    ]

    assert rows_of_people([NEW, MIDDLE, BOSS], edges) == [["boss"], ["middle"], ["new"]]


def test_somebody_outside_the_hierarchy_stands_level_with_whom_they_know():
    edges = [
        Edge("middle", "boss", "reports to", upward=True),
        Edge("new", "middle", "blocks"),
    ]

    assert rows_of_people([BOSS, MIDDLE, NEW], edges) == [["boss"], ["middle", "new"]]


def test_a_circle_of_bosses_still_has_a_picture():
    edges = [
        Edge("boss", "middle", "reports to", upward=True),
        Edge("middle", "boss", "reports to", upward=True),
    ]

    assert rows_of_people([BOSS, MIDDLE], edges) == [["middle", "boss"]]


def test_a_row_holds_three_people_at_most():
    many = [Node(str(number), "x") for number in range(9)]

    assert [len(row) for row in rows_of_people(many, [])] == [3, 3, 3]


def test_an_edge_to_somebody_unknown_is_left_out():
    drawn = relationship_graph([BOSS], [Edge("boss", "nobody", "reports to")], title="Who")

    assert "reports to" not in drawn


def test_each_relationship_is_also_a_row_of_a_table():
    drawn = relationship_graph([BOSS, NEW], [Edge("new", "boss", "blocks", "risk")], title="Who")

    assert '<tr><th scope="row">New</th><td>blocks</td><td>Boss</td></tr>' in drawn
    assert 'class="edge risk"' in drawn


def test_a_person_with_a_page_is_a_link_with_their_whole_name():
    long = Node("x", "Maximiliana Fernández de la Vega y Soto", url="/p/1")

    drawn = relationship_graph([long], [], title="Who")

    assert 'href="/p/1" aria-label="Maximiliana Fernández de la Vega y Soto"' in drawn
    assert ">Maximiliana Fernández de…</text>" in drawn


def test_names_are_escaped():
    drawn = relationship_graph([Node("x", "<script>")], [], title="Who")

    assert "<script>" not in drawn


def boxes_in(drawn, pattern):
    found = re.findall(pattern + r'<rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"', drawn)
    sides = [tuple(float(side) for side in box) for box in found]
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


def test_words_lie_neither_on_a_person_nor_on_other_words():
    team = [Node(str(number), f"Person {number}") for number in range(8)]
    edges = [Edge(str(number), "0", "reports to", upward=True) for number in range(1, 8)]

    drawn = relationship_graph(team, edges, title="Who")

    people = boxes_in(drawn, '<g class="node ">')
    words = boxes_in(drawn, '<g class="edge-label">')
    assert len(people) == 8
    assert len(words) == 7
    assert [pair for pair in combinations([*people, *words], 2) if overlap_of(*pair)] == []
