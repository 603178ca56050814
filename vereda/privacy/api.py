"""What people allow, for programs: a preference centre or a form may pass their answers on."""

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from vereda.customers.queries.people import person_with_key
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Body, Named, Text
from vereda.foundation.clock import now
from vereda.privacy.actions.consents import give_consent, withdraw_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.models import Consent
from vereda.privacy.queries import consents_of

router = Router(tags=["privacy"])


class Answer(Body):
    """Where the person said so, and where that can be seen."""

    source: Named = Field(max_length=100, description="A form, a call, a preference centre")
    proof: Text = Field("", max_length=500, description="A link or a reference")


class ConsentOut(Schema):
    """A person's answer to a purpose: `allowed` is null where they have said nothing."""

    purpose: ConsentPurpose
    allowed: bool | None
    said_at: datetime | None
    wording: str
    source: str
    proof: str


def consent_out(purpose: ConsentPurpose, consent: Consent | None) -> ConsentOut:
    """The answer as programs read it."""
    return ConsentOut(
        purpose=purpose,
        allowed=consent.given_at is not None if consent else None,
        said_at=(consent.given_at or consent.refused_at) if consent else None,
        wording=consent.wording if consent else "",
        source=consent.source if consent else "",
        proof=consent.proof if consent else "",
    )


@router.get("/people/{key}/consents", response=list[ConsentOut])
@endpoint(may="privacy.see")
def list_consents(request: BearerRequest, key: str) -> list[ConsentOut]:
    """The person's current answer to each purpose."""
    person = person_with_key(request.member.workspace, key)
    return [consent_out(purpose, consent) for purpose, consent in consents_of(person).items()]


@router.post("/people/{key}/consents/{purpose}/give", response=ConsentOut)
@endpoint(may="privacy.answer")
def give_one_consent(
    request: BearerRequest, key: str, purpose: ConsentPurpose, body: Answer
) -> ConsentOut:
    """The person says yes; a yes that stands already is kept as it was given."""
    consent = give_consent(
        person_with_key(request.member.workspace, key),
        purpose=purpose,
        source=body.source,
        proof=body.proof,
        by=request.member,
        now=now(),
    )
    return consent_out(purpose, consent)


@router.post("/people/{key}/consents/{purpose}/withdraw", response=ConsentOut)
@endpoint(may="privacy.answer")
def withdraw_one_consent(
    request: BearerRequest, key: str, purpose: ConsentPurpose, body: Answer
) -> ConsentOut:
    """The person says no, at first or after a yes."""
    consent = withdraw_consent(
        person_with_key(request.member.workspace, key),
        purpose=purpose,
        source=body.source,
        proof=body.proof,
        by=request.member,
        now=now(),
    )
    return consent_out(purpose, consent)
