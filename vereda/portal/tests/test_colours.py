"""Contrast by the formula of WCAG 2.2, and the nearest colour that can be read."""

from itertools import product

import pytest

from vereda.portal.colours import (
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    TEXT_NEEDS,
    accents_of,
    colour_in,
    contrast,
    least_contrast,
    readable_on_dark,
    readable_on_light,
)

WEB_SAFE = [
    "#" + "".join(parts) for parts in product(("00", "33", "66", "99", "cc", "ff"), repeat=3)
]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # The grey known as the lightest that passes on white, and its neighbour that does not.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    ("said", "colour"),
    [("#0B6E4F", "#0b6e4f"), (" 0b6e4f ", "#0b6e4f"), ("#0c6", "#00cc66")],
)
def test_a_colour_is_read_however_it_is_written(said, colour):
    assert colour_in(said) == colour


@pytest.mark.parametrize("said", ["", "red", "#12345", "#1234567", "#00000g", "url(x)", "#fff;}"])
def test_what_is_no_colour_is_none(said):
    assert colour_in(said) is None


def test_every_colour_is_adapted_so_that_it_can_be_read():
    assert [colour for colour in WEB_SAFE if not is_readable(colour)] == []


def is_readable(colour):
    """Whether it can be read on both grounds, and what is written on it too."""
    light, dark = accents_of(colour)
    ratios = (
        least_contrast(light.colour, LIGHT_GROUNDS),
        least_contrast(dark.colour, DARK_GROUNDS),
        contrast(light.label, light.colour),
        contrast(dark.label, dark.colour),
    )
    return min(ratios) >= TEXT_NEEDS


def test_what_can_be_read_stays_as_it_is():
    assert readable_on_light("#0b6e4f") == "#0b6e4f"
    assert readable_on_dark("#7fcaa3") == "#7fcaa3"


def test_the_nearest_is_the_first_that_passes():
    nearest = readable_on_light("#777777")

    assert nearest != "#777777"
    assert least_contrast(nearest, LIGHT_GROUNDS) < TEXT_NEEDS + 0.2
