"""What traits mean for a person and an account, and whose word counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar

import msgspec

from vereda.customers.contracts import AccountIn, PersonIn
from vereda.events.contracts.answers import TraitsSaid

Said = dict[str, object]
Clock = dict[str, float]
Row = TypeVar("Row")

PERSON_FIELDS: Final[Mapping[str, str]] = {
    "email": "email",
    "name": "name",
    "fullName": "name",
    "full_name": "name",
    "displayName": "name",
    "title": "title",
    "jobTitle": "title",
    "job_title": "title",
    "position": "title",
    "language": "language",
    "locale": "language",
    "lang": "language",
    "timezone": "time_zone",
    "timeZone": "time_zone",
    "time_zone": "time_zone",
    "phone": "phone",
}
"""The trait names that SDK documentations recommend, and the field each fills."""

ACCOUNT_FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "website": "website",
    "domain": "domain",
    "industry": "industry",
}

SET_ONCE: Final = "$set_once"
CREATED: Final = ("createdAt", "created_at", "created")
LONGEST_VALUE: Final = 200


def latest_traits(said: Sequence[TraitsSaid], *, clock: Clock) -> tuple[Said, Clock]:
    """The traits that nothing later has replaced, and the clock that remembers them.

    `clock` holds when each trait was said before. Of two words about one trait the
    later counts, whichever arrived first; of two at once, the one that arrived last. Those
    under `$set_once` count where nothing was said of the trait yet.
    """
    traits: Said = {}
    times = dict(clock)
    for one in sorted(said, key=lambda said: said.seq):
        at = one.occurred_at.timestamp()
        words = msgspec.json.decode(one.traits, type=dict[str, object])
        once = words.pop(SET_ONCE, None)
        for name, value in once.items() if isinstance(once, dict) else ():
            if name not in times:
                traits[name], times[name] = value, at
        for name, value in words.items():
            if at >= times.get(name, float("-inf")):
                traits[name], times[name] = value, at
    return traits, times


def person_from(
    key: str, traits: Said, *, accounts: Iterable[str], custom: Iterable[str]
) -> PersonIn:
    """What an `identify` says about a person, as customers takes it."""
    fields = _fields(traits, PERSON_FIELDS)
    if "name" not in fields and (name := _whole_name(traits)):
        fields["name"] = name
    if "language" in fields:
        fields["language"] = fields["language"].replace("_", "-")[:35]
    return PersonIn(
        external_id=key,
        account_external_ids=tuple(accounts),
        custom=_custom(traits, custom),
        **fields,  # type: ignore[arg-type]
        **_created(traits),  # type: ignore[arg-type]
    )


def account_from(key: str, traits: Said, *, custom: Iterable[str]) -> AccountIn:
    """What a `group` says about an account; one without a name is called by its key."""
    address = traits.get("address")
    country = address.get("country") if isinstance(address, dict) else traits.get("country")
    fields = _fields(traits, ACCOUNT_FIELDS)
    if isinstance(country, str) and country:
        fields["country"] = country[:LONGEST_VALUE]
    return AccountIn(
        external_id=key,
        custom=_custom(traits, custom),
        **fields,  # type: ignore[arg-type]
        **_created(traits),  # type: ignore[arg-type]
    )


def _fields(traits: Said, names: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for trait, field in names.items():
        value = traits.get(trait)
        if isinstance(value, str) and value.strip() and field not in fields:
            fields[field] = value.strip()[:LONGEST_VALUE]
    return fields


def _whole_name(traits: Said) -> str:
    parts = [
        str(traits.get(first) or traits.get(second) or "").strip()
        for first, second in (("firstName", "first_name"), ("lastName", "last_name"))
    ]
    return " ".join(filter(None, parts))[:LONGEST_VALUE]


def _created(traits: Said) -> dict[str, date]:
    for name in CREATED:
        said = traits.get(name)
        if isinstance(said, str):
            try:
                return {"created_on": datetime.fromisoformat(said).date()}
            except ValueError:
                continue
        if isinstance(said, int | float) and 0 < said < 100_000_000_000:
            return {"created_on": datetime.fromtimestamp(said, UTC).date()}
    return {}


def _custom(traits: Said, slugs: Iterable[str]) -> dict[str, str | bool | None]:
    """The traits that are custom fields of the workspace, as text."""
    values: dict[str, str | bool | None] = {}
    for slug in slugs:
        value = traits.get(slug)
        if isinstance(value, bool) or (value is None and slug in traits):
            values[slug] = value
        elif isinstance(value, str | int | float):
            values[slug] = str(value)
    return values
