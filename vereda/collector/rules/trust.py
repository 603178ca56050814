"""What a key allows, and what it proves.

A secret key is the word of the workspace's own systems. A public key stands in pages that
anybody reads, so a browser with it may say only what the workspace allows, and says who
somebody is without proof, unless the user id comes with its signature: the hexadecimal
HMAC-SHA256 of the id under the workspace's signing secret.
"""

import hashlib
import hmac

from vereda.collector.rules.cleaning import Unstorable
from vereda.events.contracts.arriving import Kind, Reason
from vereda.workspaces.contracts import Call, KeyHolder, plain_trait

EVERY_CALL = frozenset(Call)


def may_say_anything(holder: KeyHolder) -> bool:
    """Is there nothing that the key may not send? Asked once for a request."""
    rules = holder.browser
    open_to_all = rules.calls >= EVERY_CALL and not rules.names and not rules.only_these_names
    return holder.is_secret or open_to_all


def refuse_what_browsers_may_not(holder: KeyHolder, *, kind: Kind, name: str) -> None:
    """Raise for a call, or the name of an event, that needs a secret key."""
    if holder.is_secret:
        return
    rules = holder.browser
    if kind.value not in rules.calls:
        raise Unstorable(Reason.CALL_NOT_ALLOWED, kind.value)
    if kind is Kind.TRACK and (name in rules.names) is not rules.only_these_names:
        raise Unstorable(Reason.NAME_NOT_ALLOWED, name)


def is_proven(holder: KeyHolder, *, person: str, signature: object) -> bool:
    """Is it certain that it is this person's? Raises for a signature that is wrong.

    A holder without signing secrets can tell nothing, and believes nothing.
    """
    if holder.is_secret:
        return True
    if not person:
        return False
    if signature is None or signature == "":
        if holder.signed_only:
            raise Unstorable(Reason.NOT_SIGNED, person)
        return False
    if not holder.signing_secrets:
        return False
    said = str(signature).strip().lower()
    for secret in holder.signing_secrets:
        if hmac.compare_digest(signature_of(person, secret=secret).encode(), said.encode()):
            return True
    raise Unstorable(Reason.WRONG_SIGNATURE, person)


def signature_of(person: str, *, secret: str) -> str:
    """The signature of a user id, as the workspace's own server makes it."""
    return hmac.new(secret.encode(), person.encode(), hashlib.sha256).hexdigest()


def is_for_servers(holder: KeyHolder, *, trait: str) -> bool:
    """Is it a trait that only the workspace's own systems may say, and this key is public?"""
    return not holder.is_secret and plain_trait(trait) in holder.browser.server_traits
