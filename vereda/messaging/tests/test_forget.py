"""What is known about a person in letters: told when they ask, gone when they want."""

from datetime import timedelta

import pytest

from vereda.customers.testing import a_person
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.sending import send_letter
from vereda.messaging.actions.wishes import prefer_letters, suppress_address
from vereda.messaging.contracts import LetterKind, StopReason, SuppressionReason
from vereda.messaging.jobs import forget_old_letters
from vereda.messaging.letterbox import raw_letter
from vereda.messaging.models.letters import Delivery, Message
from vereda.messaging.models.people import Preference, Suppression
from vereda.messaging.models.replies import InboundFile, InboundLetter, ReplyAddress
from vereda.messaging.queries.people import why_not
from vereda.messaging.testing import a_letter, a_reply, an_address
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.queries import what_is_known_about

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


@pytest.fixture
def correspondence(acme, person):
    """A letter that waits, an answer, a wish and a closed address."""
    a_letter(acme, person, subject="The plan of Lucía", not_before=MORNING + HOURS)
    a_reply(an_address(acme, person), text="Lucía sends it")
    prefer_letters(person, wanted=[LetterKind.REQUEST], source="test", by=acme.owner, now=MORNING)
    suppress_address(
        acme.workspace,
        address=person.email,
        reason=SuppressionReason.COMPLAINED,
        by=None,
        now=MORNING,
    )


def everything(company):
    """Every row of messaging, as text."""
    models = (Message, Delivery, Preference, Suppression, InboundLetter, InboundFile, ReplyAddress)
    rows = [list(model.objects.of(company.workspace).values()) for model in models]
    return repr(rows)


def test_everything_is_told(acme, person, correspondence):
    sections = {section.title: section.records for section in what_is_known_about(person)}

    kinds = [record.kind for record in sections["Letters"]]
    assert kinds == [
        "letter to them",
        "letter from them",
        "letters they do not want",
        "address that is not written to",
    ]
    assert "Lucía sends it" in repr(sections["Letters"])


def test_nothing_is_left_but_that_there_were_letters(
    acme, person, correspondence, django_capture_on_commit_callbacks
):
    kept_as = InboundLetter.objects.of(acme.workspace).get().stored_as
    assert raw_letter(kept_as)

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person, by=acme.owner, now=MORNING)

    left = everything(acme)
    assert not any(word in left for word in ("Lucía", "cantera", "plan"))
    assert raw_letter(kept_as) is None
    letter = Message.objects.of(acme.workspace).get()
    assert (letter.state, letter.stopped_because) == ("stopped", StopReason.ERASED)
    assert InboundLetter.objects.of(acme.workspace).count() == 1


def test_an_address_that_complained_is_recognised_after_it_was_forgotten(
    acme, person, correspondence
):
    erase_person(person, by=acme.owner, now=MORNING)

    again = a_person(acme, name="Somebody", email="L+again@Cantera.example")

    assert why_not(again, kind=LetterKind.REQUEST) is StopReason.SUPPRESSED


def test_nobody_elses_letters_go(acme, person, correspondence):
    other = a_person(acme, name="Other", email="o@cantera.example")
    kept = a_letter(acme, other, subject="Stays")

    erase_person(person, by=acme.owner, now=MORNING)

    kept.refresh_from_db()
    assert kept.subject == "Stays"


def test_somebody_erased_is_never_written_to(acme, person):
    erase_person(person, by=acme.owner, now=MORNING)
    person.refresh_from_db()

    letter = send_letter(
        acme.workspace,
        person=person,
        kind=LetterKind.SIGN_IN,
        key="x",
        subject="Come in",
        text="x",
        now=MORNING,
    )

    assert letter.stopped_because == StopReason.ERASED


def test_a_month_later_raw_letters_go_and_dropped_ones_lose_their_words(
    acme, person, monkeypatch, django_capture_on_commit_callbacks
):
    taken = a_reply(an_address(acme, person), text="Taken words")
    dropped = a_reply(
        an_address(acme, person), text="Dropped words", sender="mailer-daemon@x.example"
    )
    fresh = a_reply(an_address(acme, person), text="Fresh", now=MORNING + 29 * 24 * HOURS)
    monkeypatch.setattr("vereda.messaging.jobs.clock.now", lambda: MORNING + 31 * 24 * HOURS)
    names = [letter.stored_as for letter in (taken, dropped, fresh)]

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_letters() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_letters() == 0

    assert [raw_letter(name) is None for name in names] == [True, True, False]
    for letter in (taken, dropped):
        letter.refresh_from_db()
    assert taken.own_words == "Taken words"
    assert (dropped.text, dropped.sender, dropped.dropped_because) == ("", "", "automatic")
