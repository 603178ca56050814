"""A scorecard as a file, in TOML, and the presets that come with Vereda.

name = "Everybody"
minimum_coverage = 0.5
bands = { watch_from = 51, healthy_from = 76 }

[[factors]]
name = "people"
input = "events.active_people_28d"
weight = 30
shape = "steps"
points = [{ at = 0, share = 0 }, { at = 5, share = 0.5 }, { at = 10, share = 1 }]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import tomli_w
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vereda.health.contracts import ScoreRules, WrongRules

if TYPE_CHECKING:
    from vereda.health.models.scorecards import Scorecard

LARGEST: Final = 200_000
LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 500
PRESETS: Final = Path(__file__).parent / "presets"


@dataclass(frozen=True, slots=True)
class ScorecardFile:
    """What a file says of a scorecard."""

    name: str
    description: str
    rules: ScoreRules


def scorecard_as_file(card: Scorecard, rules: ScoreRules) -> str:
    """The card with these rules, as the text of a TOML file."""
    told: dict[str, Any] = {"name": card.name, "description": card.description}
    return tomli_w.dumps({**told, **_without_nothing(msgspec.to_builtins(rules))})


def _without_nothing(told: Any) -> Any:
    """The same without what is None: TOML has no word for it."""
    if isinstance(told, dict):
        return {key: _without_nothing(value) for key, value in told.items() if value is not None}
    if isinstance(told, list | tuple):
        return [_without_nothing(each) for each in told]
    return told


def scorecard_in_file(text: str) -> ScorecardFile:
    """What the file says; refused with what is wrong and where."""
    if len(text) > LARGEST:
        raise WrongRules(_("The file is larger than 200 kilobytes."))
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongRules(_("This is no TOML: %s.") % error) from error
    name, description = told.pop("name", None), told.pop("description", "")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise WrongRules(_('Say the name of the scorecard: name = "…", at most 100 characters.'))
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        raise WrongRules(_("The description is a text of at most 500 characters."))
    try:
        rules = msgspec.convert(told, ScoreRules)
    except msgspec.ValidationError as error:
        raise WrongRules(_("The rules cannot be read: %s.") % error) from error
    return ScorecardFile(name.strip(), description.strip(), rules)


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules to begin with. Name and description are message ids."""

    slug: str
    name: str
    description: str
    rules: ScoreRules


@cache
def presets() -> tuple[Preset, ...]:
    """The presets, in the order of their files' names."""
    found = []
    for path in sorted(PRESETS.glob("*.toml")):
        told = scorecard_in_file(path.read_text(encoding="utf-8"))
        found.append(Preset(path.stem, told.name, told.description, told.rules))
    return tuple(found)


def preset_named(slug: str) -> Preset | None:
    """The preset with that short name."""
    return next((each for each in presets() if each.slug == slug), None)


PRESET_WORDS: Final = (
    gettext_noop("Use, contact and opinion"),
    gettext_noop(
        "A card to begin with: how much the product is used, when we last spoke, what we think."
    ),
    gettext_noop("Seats by age: first three months"),
    gettext_noop(
        "Licence use of young customers, as GitLab publishes it: half of the seats is good."
    ),
    gettext_noop("Seats by age: three to nine months"),
    gettext_noop("Licence use after three months, as GitLab publishes it."),
    gettext_noop("Seats by age: later"),
    gettext_noop("Licence use after nine months, as GitLab publishes it."),
    gettext_noop("Opinion, technical health and use"),
    gettext_noop("Opinion 30, technical 15, use 55, as Sourcegraph publishes it."),
)
"""What the presets are called, marked here because their files know no languages."""
