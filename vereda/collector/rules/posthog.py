"""What PostHog's SDKs send, said in the words of the other dialects.

One item becomes one call, or two where an event also says something about its person
(`$set`). Which way round an alias is told differs between PostHog's own SDKs; so does
where `$set` stands. What PostHog adds about the browser and the device is left out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

Said = dict[str, object]

ACCOUNT_TYPES: Final = (
    "company",
    "account",
    "organization",
    "organisation",
    "customer",
    "client",
    "tenant",
    "workspace",
    "business",
    "team",
    "group",
)
"""Kinds of groups that are accounts; of several, the first of this list is the account."""

KEPT: Final[Mapping[str, str]] = {
    "$current_url": "url",
    "$pathname": "path",
    "$referrer": "referrer",
    "$screen_name": "screen",
    "$event_type": "event_type",
    "$el_text": "element_text",
    "$feature_flag": "feature_flag",
    "$feature_flag_response": "feature_flag_response",
    "$exception_type": "exception_type",
    "$exception_message": "exception_message",
    "$survey_id": "survey_id",
    "$survey_response": "survey_response",
}
"""Of PostHog's own properties these are kept, under plainer names."""

OF_ALL: Final = frozenset({"token", "distinct_id", "alias", "api_key", "time"})
TWO_IDS: Final = frozenset({"$create_alias", "$merge_dangerously"})
REVERSED_ALIAS: Final = "posthog-python"
LONGEST_OFFSET: Final = timedelta(days=30)


def calls_in(item: Said, *, received_at: datetime) -> list[Said]:
    """The calls that an item of PostHog's dialect makes."""
    properties = _object(item.get("properties"))
    event = item.get("event")
    if not event and (_traits(item, properties) or "$distinct_id" in item):
        event = "$set"
    call = _common(item, properties, received_at)
    who = _who(item, properties)
    if event in ("$identify", "$set", "$set_once"):
        anonymous = item.get("$anon_distinct_id") or properties.get("$anon_distinct_id")
        if event == "$identify" and anonymous:
            who = {**who, "anonymousId": anonymous}
        return [call | who | _identify(item, properties)]
    if event == "$groupidentify":
        return [call | _group(properties)]
    if event in TWO_IDS:
        return [call | _alias(item, properties)]
    calls = [call | who | _what(event, properties)]
    if traits := _traits(item, properties):
        about = {"type": "identify", "traits": traits, "messageId": _second(call)}
        calls.append(call | who | about)
    return calls


def _common(item: Said, properties: Said, received_at: datetime) -> Said:
    groups = _object(properties.get("$groups")) or _object(item.get("$groups"))
    context: Said = {
        "library": {"name": properties.get("$lib"), "version": properties.get("$lib_version")},
        "page": {"path": properties.get("$pathname"), "title": properties.get("title")},
        "userHash": properties.get("$user_hash"),
    }
    if account := account_in(groups):
        context["groupId"] = account
    return {
        "messageId": item.get("uuid") or properties.get("$insert_id"),
        "timestamp": _time(item, properties, received_at),
        "context": context,
    }


def _time(item: Said, properties: Said, received_at: datetime) -> object:
    said = item.get("timestamp")
    if said:
        return said
    offset = item.get("offset")
    if isinstance(offset, int | float) and not isinstance(offset, bool) and offset >= 0:
        late = min(float(offset), LONGEST_OFFSET.total_seconds() * 1000)
        return (received_at - timedelta(milliseconds=late)).isoformat()
    return properties.get("$time") or properties.get("time")


def _who(item: Said, properties: Said) -> Said:
    """Whose it is: PostHog has one id, of a known person or of a browser."""
    said = item.get("distinct_id") or item.get("$distinct_id") or properties.get("distinct_id")
    options = _object(item.get("options"))
    nobody = (
        properties.get("$is_identified") is False
        or properties.get("$process_person_profile") is False
        or options.get("process_person_profile") is False
        or (said and said == properties.get("$device_id"))
    )
    return {"anonymousId": said} if nobody else {"userId": said}


def _identify(item: Said, properties: Said) -> Said:
    return {"type": "identify", "traits": _traits(item, properties)}


def _traits(item: Said, properties: Said) -> Said:
    said = {**_object(properties.get("$set")), **_object(item.get("$set"))}
    once = {**_object(properties.get("$set_once")), **_object(item.get("$set_once"))}
    traits: Said = {key: value for key, value in said.items() if not key.startswith("$")}
    first = {
        key: value
        for key, value in once.items()
        if not key.startswith(("$", "utm_")) and value is not None
    }
    return {**traits, "$set_once": first} if first else traits


def _group(properties: Said) -> Said:
    """An account's traits; who said so is a random id in some SDKs, so nobody joins it."""
    kind = str(properties.get("$group_type") or "").lower()
    if kind not in ACCOUNT_TYPES:
        return {"type": f"$groupidentify of “{kind[:40]}”"}
    return {
        "type": "group",
        "groupId": properties.get("$group_key"),
        "traits": _object(properties.get("$group_set")),
    }


def _alias(item: Said, properties: Said) -> Said:
    person = properties.get("distinct_id") or item.get("distinct_id")
    previous = properties.get("alias")
    if properties.get("$lib") == REVERSED_ALIAS:
        person, previous = previous, person
    return {"type": "alias", "userId": person, "previousId": previous}


def _what(event: object, properties: Said) -> Said:
    kept = kept_properties(properties)
    if event == "$pageview":
        return {"type": "page", "properties": kept}
    if event == "$screen":
        return {"type": "screen", "name": properties.get("$screen_name"), "properties": kept}
    return {"type": "track", "event": event, "properties": kept}


def kept_properties(properties: Said) -> Said:
    """The event's own properties, and the few of PostHog's that say what was done."""
    kept: Said = {}
    for name, value in properties.items():
        if name in KEPT:
            kept[KEPT[name]] = value
        elif value is not None and not name.startswith("$") and name not in OF_ALL:
            kept[name] = value
    return kept


def account_in(groups: Said) -> object:
    """The account among an event's groups: a kind that is one, or the only group there is."""
    known = {kind.lower(): key for kind, key in groups.items()}
    for kind in ACCOUNT_TYPES:
        if known.get(kind):
            return known[kind]
    return next(iter(groups.values())) if len(groups) == 1 else None


def _second(call: Said) -> object:
    """The message id of the second call of an item: its own, so that both are stored once."""
    first = call["messageId"]
    return f"{first}:set" if first else None


def _object(said: object) -> Said:
    return said if isinstance(said, dict) else {}
