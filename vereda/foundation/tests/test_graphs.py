from vereda.foundation.graphs import Edge, Node, relationship_graph, rows_of_people

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


def test_a_row_holds_four_people_at_most():
    many = [Node(str(number), "x") for number in range(9)]

    assert [len(row) for row in rows_of_people(many, [])] == [4, 4, 1]


def test_an_edge_to_somebody_unknown_is_left_out():
    drawn = relationship_graph([BOSS], [Edge("boss", "nobody", "reports to")], title="Who")

    assert "reports to" not in drawn


def test_each_relationship_is_also_a_row_of_a_table():
    drawn = relationship_graph([BOSS, NEW], [Edge("new", "boss", "blocks", "risk")], title="Who")

    assert '<tr><th scope="row">New</th><td>blocks</td><td>Boss</td></tr>' in drawn
    assert 'class="edge risk"' in drawn


def test_a_person_with_a_page_is_a_link_with_their_whole_name():
    long = Node("x", "Maximiliana Fernández de la Vega", url="/p/1")

    drawn = relationship_graph([long], [], title="Who")

    assert 'href="/p/1" aria-label="Maximiliana Fernández de la Vega"' in drawn
    assert ">Maximiliana Ferná…</text>" in drawn


def test_names_are_escaped():
    drawn = relationship_graph([Node("x", "<script>")], [], title="Who")

    assert "<script>" not in drawn
