"""The words for what became of an event, and what to do about it."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vereda.events.contracts.arriving import Ending, Kind, Reason
from vereda.events.contracts.repairing import TreatAs

KINDS: Final[Mapping[Kind, Promise]] = {
    Kind.TRACK: _("Event"),
    Kind.IDENTIFY: _("Person said who they are"),
    Kind.GROUP: _("Person joined an account"),
    Kind.PAGE: _("Page"),
    Kind.SCREEN: _("Screen"),
    Kind.ALIAS: _("Two ids are one person"),
}

REASONS: Final[Mapping[Reason, Promise]] = {
    Reason.NOT_AN_OBJECT: _("Not a JSON object"),
    Reason.UNKNOWN_TYPE: _("Unknown type"),
    Reason.NO_NAME: _("No event name"),
    Reason.NO_ID: _("Nobody's"),
    Reason.ILLEGAL_ID: _("An id that means nobody"),
    Reason.ID_TOO_LONG: _("Id too long"),
    Reason.EVENT_TOO_LARGE: _("Too large"),
    Reason.TOO_MANY_KEYS: _("Too many properties"),
    Reason.TOO_DEEP: _("Nested too deeply"),
    Reason.NOT_A_NUMBER: _("A number nobody can store"),
    Reason.NO_GROUP: _("No account id"),
    Reason.NO_PREVIOUS_ID: _("No previous id"),
    Reason.CALL_NOT_ALLOWED: _("Not for browsers"),
    Reason.NAME_NOT_ALLOWED: _("An event that is not for browsers"),
    Reason.NOT_SIGNED: _("User id without a signature"),
    Reason.WRONG_SIGNATURE: _("Wrong signature"),
    Reason.TIME_REPLACED: _("Impossible time"),
    Reason.TEXT_CLEANED: _("Control characters removed"),
    Reason.TEXT_SHORTENED: _("Text shortened"),
    Reason.KEY_DROPPED: _("Part left out"),
    Reason.SERVER_TRAIT_DROPPED: _("Reserved trait left out"),
    Reason.UNPROVEN_TRAITS_DROPPED: _("Traits without proof left out"),
    Reason.MERGE_REFUSED: _("Two known people not merged"),
    Reason.TOO_MANY_ALIASES: _("Too many ids for one person"),
    Reason.CONFLICTING_DUPLICATE: _("Message id used twice"),
    Reason.TOO_MANY_NAMES: _("Too many property names"),
}

REPAIRS: Final[Mapping[Reason, Promise]] = {
    Reason.NOT_AN_OBJECT: _("Each item of the batch must be an object in braces."),
    Reason.UNKNOWN_TYPE: _(
        "Set “type” to track, identify, group, page, screen or alias; a client library does."
    ),
    Reason.NO_NAME: _("Give the event a name: track(user, “Report exported”)."),
    Reason.NO_ID: _("Send a userId for people who signed in, an anonymousId for others."),
    Reason.ILLEGAL_ID: _(
        "This word is what programs send for an empty variable. Make the call only once the id"
        " is known; otherwise strangers would become one person."
    ),
    Reason.ID_TOO_LONG: _("An id has at most 255 characters."),
    Reason.EVENT_TOO_LARGE: _("An event has at most 32 KB. Send a reference instead of a text."),
    Reason.TOO_MANY_KEYS: _("An event has at most 255 properties, inner ones counted."),
    Reason.TOO_DEEP: _("Properties are nested at most 20 levels deep."),
    Reason.NOT_A_NUMBER: _("Send a finite number, or text."),
    Reason.NO_GROUP: _("A group call needs a groupId: the id of the account in your system."),
    Reason.NO_PREVIOUS_ID: _("An alias call needs a previousId and a userId."),
    Reason.CALL_NOT_ALLOWED: _(
        "A public key may not make this call. Send it from your server with a secret key, or"
        " allow it under “What browsers may say”."
    ),
    Reason.NAME_NOT_ALLOWED: _(
        "A public key may not send this event. Send it from your server with a secret key, or"
        " allow it under “What browsers may say”."
    ),
    Reason.NOT_SIGNED: _(
        "This key takes user ids only with their signature. Sign the id on your server and send"
        " it as context.userHash."
    ),
    Reason.WRONG_SIGNATURE: _(
        "The signature is not that of this user id. Sign exactly the id that is sent, with the"
        " secret that the page of the write keys shows."
    ),
    Reason.TIME_REPLACED: _(
        "The event is stored at the time it arrived. Times are ISO 8601, after 2010 and at most"
        " a day ahead."
    ),
    Reason.TEXT_CLEANED: _("The event is stored without them."),
    Reason.TEXT_SHORTENED: _(
        "The event is stored; a text has at most 8,192 characters, a name 200."
    ),
    Reason.KEY_DROPPED: _("The event is stored without it."),
    Reason.SERVER_TRAIT_DROPPED: _(
        "This key is public, so anybody could say this. Send it from your server with a secret key."
    ),
    Reason.UNPROVEN_TRAITS_DROPPED: _(
        "Your own systems have told who this is, and a browser says otherwise without proof. Sign"
        " the user id, or send the traits from your server."
    ),
    Reason.MERGE_REFUSED: _(
        "Both ids belong to people we know. Merge them by hand if they are the same person."
    ),
    Reason.TOO_MANY_ALIASES: _("One person has at most 50 anonymous ids; this one was not added."),
    Reason.CONFLICTING_DUPLICATE: _(
        "The first event with this message id is kept. Give each event an id of its own."
    ),
    Reason.TOO_MANY_NAMES: _(
        "A workspace has at most 10,000 property names; the value is kept under “_overflow”."
        " Put data in values, not in names."
    ),
}
"""What the sender can do; shown beside the item."""

ENDINGS: Final[Mapping[Ending, Promise]] = {
    Ending.WAITING: _("Waits in quarantine"),
    Ending.REPAIRED: _("Repaired and stored"),
    Ending.DEDUPLICATED: _("Not stored: the same message was stored before"),
    Ending.SUPPRESSED: _("Not stored: this person must not be tracked"),
}

TREAT_AS: Final[Mapping[TreatAs, Promise]] = {
    TreatAs.AS_IT_IS: _("as it is"),
    TreatAs.TEXT: _("text"),
    TreatAs.NUMBER: _("number"),
    TreatAs.TRUE_OR_FALSE: _("true or false"),
    TreatAs.LEFT_OUT: _("leave it out"),
}

TURNED_AWAY: Final[Mapping[str, Promise]] = {
    "batch_too_large": _("More than 1,000 items"),
    "conflicting_keys": _("Different write keys in one request"),
    "disk_full": _("Our disk was full"),
    "incomplete": _("The body ended too early"),
    "invalid_body": _("Not the expected shape"),
    "invalid_gzip": _("Damaged gzip"),
    "invalid_json": _("Not JSON"),
    "no_batch": _("No batch in it"),
    "origin_not_allowed": _("From a site that the key is not for"),
    "not_gzip": _("Said to be gzip and is not"),
    "not_utf8": _("Not UTF-8"),
    "secret_key_in_browser": _("A secret key in a browser"),
    "too_deep": _("Nested too deeply"),
    "too_large": _("More than 4 MB"),
    "unavailable": _("We could not store, and said: again"),
    "unsupported_charset": _("Not UTF-8"),
    "unsupported_encoding": _("Compressed in a way we do not read"),
}
"""Requests refused as a whole, by the code they were told."""


def turned_away_words(code: str) -> str:
    """Why a whole request was refused; a code nobody taught us as it is."""
    return str(TURNED_AWAY.get(code, code))
