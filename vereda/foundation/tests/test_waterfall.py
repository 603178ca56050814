from vereda.foundation.waterfall_charts import Step, waterfall


def drawn(steps):
    return str(waterfall(steps, title="ARR", words=lambda amount: f"{amount:+.0f}"))


def test_each_bar_hangs_where_the_last_one_ended():
    told = drawn(
        [
            Step("Opening", 50, total=True),
            Step("New", 30, "good"),
            Step("Churn", -40, "risk"),
            Step("Closing", 40, total=True),
        ]
    )

    # The scale ends at 80: 128 units of height, 1.6 for each; zero lies at 150.
    assert 'class="bar-plain" x="41.0" y="70.0" width="64.0" height="80.0"' in told
    assert 'class="bar-good" x="179.0" y="22.0" width="64.0" height="48.0"' in told
    assert 'class="bar-risk" x="317.0" y="22.0" width="64.0" height="64.0"' in told
    assert 'class="bar-plain" x="455.0" y="86.0" width="64.0" height="64.0"' in told
    assert 'x1="73.0" x2="211.0" y1="70.0" y2="70.0"' in told


def test_it_says_in_words_what_it_shows():
    assert 'aria-label="ARR: Opening +50; New -10"' in drawn(
        [Step("Opening", 50, total=True), Step("New", -10)]
    )


def test_what_changed_nothing_is_a_line():
    assert 'height="1.0"' in drawn([Step("Opening", 50, total=True), Step("New", 0)])


def test_a_fall_below_nothing_stays_inside():
    told = drawn([Step("Opening", 50, total=True), Step("Exchange", -75, "watch")])

    # From 50 to -25 on a scale of -25 to 50: the whole height.
    assert 'class="bar-watch" x="386.0" y="22.0" width="64.0" height="128.0"' in told


def test_the_highest_bar_takes_the_whole_height():
    told = drawn([Step("Opening", 52, total=True), Step("New", -1)])

    assert 'class="bar-plain" x="110.0" y="22.0" width="64.0" height="128.0"' in told


def test_all_below_nothing_begins_at_the_top():
    assert 'y="22.0" width="64.0" height="128.0"' in drawn([Step("Lost", -75, "risk")])


def test_labels_take_turns_on_two_rows():
    told = drawn([Step("One", 1), Step("Two", 1), Step("Three", 1)])

    assert [
        told[told.rindex("y=", 0, told.index(f">{word}<")) :][3:8] for word in ("One", "Two")
    ] == [
        "166.0",
        "180.0",
    ]


def test_labels_are_escaped():
    assert "<b>" not in drawn([Step("<b>", 1)])


def test_nothing_at_all_is_an_empty_drawing():
    assert "<rect" not in drawn([])
