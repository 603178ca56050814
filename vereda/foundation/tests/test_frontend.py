import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FRONTEND = ROOT / "frontend"
DIST = ROOT / "vereda" / "static" / "dist"
BUDGETS = {"vereda.css": 28_000, "vereda.js": 36_000, "icons.svg": 12_000}
ICON = re.compile(r"""% icon "([a-z0-9-]+)"|icon_name="([a-z0-9-]+)"|icon="([a-z0-9-]+)\"""")

built = pytest.mark.skipif(not DIST.exists(), reason="*** the front end has not been built ***")


@built
@pytest.mark.parametrize(("file", "limit"), BUDGETS.items())
def test_a_page_costs_no_more_than_we_allow(file, limit):
    weight = len(gzip.compress((DIST / file).read_bytes(), 9))

    assert weight <= limit


@built
def test_the_styles_hold_no_picture_that_our_policy_would_block():
    assert "url(data:" not in (DIST / "vereda.css").read_text().replace('"', "").replace("'", "")


def test_every_icon_that_a_page_names_is_in_the_sprite():
    drawn = {*json.loads((FRONTEND / "icons.json").read_text()), "vereda"}
    named = {
        name
        for path in (ROOT / "vereda").rglob("*")
        if path.suffix in {".html", ".py"} and "/tests/" not in path.as_posix()
        for match in ICON.findall(path.read_text(encoding="utf-8"))
        for name in match
        if name
    }

    assert named - drawn == set()
    assert len(named) > 20


def test_the_icons_are_named_once_and_in_order():
    names = json.loads((FRONTEND / "icons.json").read_text())

    assert names == sorted(set(names))


def test_the_lock_names_no_address_to_fetch_from():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_every_package_is_hashed_but_those_of_platforms_nobody_served_us():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())

    unhashed = [
        name
        for name, package in lock["packages"].items()
        if name and "integrity" not in package and not package.get("optional")
    ]
    assert unhashed == []


def test_every_package_is_pinned_exactly():
    wanted = json.loads((FRONTEND / "package.json").read_text())["dependencies"]

    assert [name for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)] == []
