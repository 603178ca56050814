"""Letters that come in: what they may do, and what they cannot (abuse cases I07 to I10)."""

import io
import struct
import zipfile

import pytest
from django.test import Client

from vereda.customers.models.files import AccountFile
from vereda.customers.testing import a_person, an_account
from vereda.foundation.letters import sender_address
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.addresses import close_reply_addresses, reply_address
from vereda.messaging.actions.reading import MOST_AN_HOUR
from vereda.messaging.actions.receiving import receive_letter
from vereda.messaging.contracts import DropReason, InboundState, ReplyReceived
from vereda.messaging.keyed import reply_token
from vereda.messaging.letters import message_ref
from vereda.messaging.models.letters import Delivery
from vereda.messaging.models.people import Suppression
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.opening import open_inbound
from vereda.messaging.queries.replies import drops_counted, files_of_letter
from vereda.messaging.rules.reading import LARGEST_LETTER
from vereda.messaging.testing import a_letter
from vereda.messaging.tests.mails import DOMAIN, Letterbox, mail_to
from vereda.privacy.actions.requests import erase_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of tasks and pages."""
    for place in ("pages.receiving", "opening.clock", "posting.clock", "personal_data"):
        monkeypatch.setattr(f"vereda.messaging.{place}.now", lambda: MORNING)


@pytest.fixture
def address(acme, account):
    return an_address(acme, account)


def an_address(company, account, *, email="l@cantera.example"):
    person = a_person(company, account=account, email=email)
    return reply_address(
        company.workspace, about="test.thing", thing_id=account.pk, person=person, account=account
    )


def took(company, facts, raw, *, vouched=True, recipients=(), delivery_id=None):
    """The letter after it was handed in and read."""
    letter = receive_letter(
        company.workspace,
        delivery_id=delivery_id or f"msg {InboundLetter.every_workspace.count()}",
        raw=raw,
        recipients=recipients,
        vouched=vouched,
        now=MORNING,
    )
    facts.deliver()
    letter.refresh_from_db()
    return letter


def dropped(letter):
    """Why it was dropped; it was, and nothing was announced."""
    assert letter.state == InboundState.DROPPED
    return DropReason(letter.dropped_because)


def test_an_answer_tells_what_they_wrote_and_about_what(acme, address, facts):
    text = "It is in the second hall.\n\nOn Mon, 2 Nov 2026 at 08:00, Acme wrote:\n> Where is it?\n"

    letter = took(acme, facts, mail_to(address, text=text))

    assert letter.state == InboundState.TAKEN
    assert letter.own_words == "It is in the second hall."
    assert "> Where is it?" in letter.text
    (fact,) = facts.of(ReplyReceived)
    assert fact == ReplyReceived(
        workspace_id=acme.workspace.pk,
        letter_id=letter.pk,
        about="test.thing",
        thing_id=address.thing_id,
        person_id=address.person_id,
        verified=True,
    )


def test_files_are_kept_for_the_account_and_the_others_say_why_not(acme, account, address, facts):
    files = {
        "plan.pdf": b"%PDF-1.7 the plan",
        "winmail.dat": b"\x78\x9f\x3e\x22" + bytes(40),
        "../../x.svg": b"<svg onload=alert(1)></svg>",
    }

    letter = took(acme, facts, mail_to(address, files=files))

    kept = AccountFile.objects.of(acme.workspace).get()
    assert (kept.name, kept.account_id) == ("plan.pdf", account.pk)
    told = {row.name: (row.file_id, row.refusal) for row in files_of_letter(letter)}
    assert told == {
        "plan.pdf": (kept.pk, ""),
        "winmail.dat": (None, "wrong_kind"),
        "../../x.svg": (None, "wrong_kind"),
    }
    (fact,) = facts.of(ReplyReceived)
    assert fact.file_ids == (kept.pk,)


def test_a_file_without_a_word_is_an_answer(acme, address, facts):
    letter = took(acme, facts, mail_to(address, text="\n", files={"plan.pdf": b"%PDF-1.7 x"}))

    assert (letter.state, letter.own_words) == (InboundState.TAKEN, "")


# --- I07: who wrote it --------------------------------------------------------


@pytest.mark.parametrize(
    ("vouched", "sender", "verified"),
    [
        (True, "l@cantera.example", True),
        (True, "Lucía <L+work@Cantera.example>", True),
        (False, "l@cantera.example", False),
        (True, "ceo@cantera.example", False),
        (True, "l@cantera.example.evil.example", False),
        (True, "", False),
    ],
)
def test_i07_an_answer_is_verified_only_when_our_server_vouches_for_that_very_address(
    acme, address, facts, vouched, sender, verified
):
    letter = took(acme, facts, mail_to(address, sender=sender), vouched=vouched)

    assert (letter.state, letter.verified) == (InboundState.TAKEN, verified)
    (fact,) = facts.of(ReplyReceived)
    assert fact.verified is verified


def test_i07_what_a_letter_says_of_itself_vouches_for_nothing(acme, address, facts):
    forged = {
        "Authentication-Results": "mx.acme.example; dmarc=pass header.from=cantera.example",
        "Received-SPF": "pass",
        "X-Vereda-Verified": "true",
    }
    box = Letterbox(acme, Client())

    answer = box.hand_in(mail_to(address, headers=forged), dmarc="fail")
    facts.deliver()

    assert answer.status_code == 200
    letter = InboundLetter.objects.of(acme.workspace).get()
    assert (letter.state, letter.verified) == (InboundState.TAKEN, False)


# --- I08: to which address ----------------------------------------------------


def test_i08_a_token_of_another_workspace_opens_nothing_here(acme, globex, facts):
    theirs = an_address(globex, an_account(globex))

    letter = took(acme, facts, mail_to(theirs))

    assert dropped(letter) is DropReason.WRONG_TOKEN
    assert facts.of(ReplyReceived) == []
    assert letter.person is None


def test_i08_an_edited_token_opens_nothing(acme, address, facts):
    token = reply_token(address)
    other = an_address(acme, an_account(acme, name="Other"), email="o@other.example")
    mixed = reply_token(other)[:26] + token[26:]
    wrong = [token[:-1], token + "a", token[:20], mixed, token[:-1] + "0", "ñ" * 52, ""]

    letters = [
        took(acme, facts, mail_to(address, to=f"x@{DOMAIN}"), recipients=[f"reply+{each}@{DOMAIN}"])
        for each in wrong
    ]

    assert [dropped(letter) for letter in letters] == [DropReason.WRONG_TOKEN] * len(wrong)
    assert facts.of(ReplyReceived) == []


def test_i08_a_mail_server_may_write_the_token_in_capitals(acme, address, facts):
    upper = f"REPLY+{reply_token(address).upper()}@{DOMAIN}"

    assert took(acme, facts, mail_to(address, to=upper)).state == InboundState.TAKEN


def test_i08_what_is_over_takes_no_more_answers_and_they_are_kept(acme, account, address, facts):
    close_reply_addresses(acme.workspace, about="test.thing", thing_id=account.pk, now=MORNING)

    letter = took(acme, facts, mail_to(address))

    assert dropped(letter) is DropReason.CLOSED
    assert (letter.text.strip(), letter.person) == ("We send it tomorrow.", address.person)
    assert facts.of(ReplyReceived) == []


def test_i08_an_address_that_is_asked_for_again_is_open_again(acme, account, address, facts):
    close_reply_addresses(acme.workspace, about="test.thing", thing_id=account.pk, now=MORNING)
    again = reply_address(
        acme.workspace, about="test.thing", thing_id=account.pk, person=address.person
    )

    assert (again.pk, again.account) == (address.pk, account)
    assert took(acme, facts, mail_to(address)).state == InboundState.TAKEN


def test_i08_a_letter_to_none_of_our_addresses_is_dropped(acme, address, facts):
    letter = took(acme, facts, mail_to(address, to="sales@acme.example"))

    assert dropped(letter) is DropReason.NO_REPLY_ADDRESS


def test_i08_nobody_answers_for_somebody_who_was_erased(acme, address, facts):
    raw = mail_to(address)
    erase_person(address.person, by=acme.owner, now=MORNING)
    facts.deliver()

    letter = took(acme, facts, raw)

    assert dropped(letter) is DropReason.WRONG_TOKEN
    assert facts.of(ReplyReceived) == []


# --- I09: machines ------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<all.cantera.example>"},
        {"Return-Path": "<>"},
    ],
)
def test_i09_what_a_machine_wrote_is_dropped_and_counted(acme, address, facts, headers):
    letter = took(acme, facts, mail_to(address, headers=headers))

    assert dropped(letter) is DropReason.AUTOMATIC
    assert drops_counted(acme.workspace) == {DropReason.AUTOMATIC: 1}
    assert facts.of(ReplyReceived) == []


def test_i09_a_person_says_no_to_being_a_machine(acme, address, facts):
    letter = took(acme, facts, mail_to(address, headers={"Auto-Submitted": "no"}))

    assert letter.state == InboundState.TAKEN


def test_i09_our_own_letter_that_comes_back_is_dropped(acme, address, facts):
    looped = took(acme, facts, mail_to(address, sender=f"Acme <{sender_address()}>"))
    other = took(acme, facts, mail_to(address, sender=f"reply+{reply_token(address)}@{DOMAIN}"))

    assert [dropped(looped), dropped(other)] == [DropReason.OUR_OWN] * 2


def report_on(message, *, status="5.1.1", recipient="l@cantera.example"):
    """What a mail server reports of a letter that did not arrive (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.cantera.example\r\n"
        f"To: {sender_address()}\r\n"
        "Subject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.cantera.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_ref(message)}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_i09_a_bounce_closes_the_address_it_is_about(acme, address, facts):
    message = a_letter(acme, address.person)
    facts.deliver()

    letter = took(acme, facts, report_on(message))

    assert dropped(letter) is DropReason.BOUNCE
    assert Suppression.objects.of(acme.workspace).get().reason == "bounced"
    outcomes = Delivery.objects.of(acme.workspace).filter(message=message)
    assert "bounced" in outcomes.values_list("outcome", flat=True)


@pytest.mark.parametrize(
    "said", [{"status": "4.2.2"}, {"recipient": "victim@cantera.example"}, {"recipient": ""}]
)
def test_i09_a_bounce_closes_nothing_else(acme, address, facts, said):
    message = a_letter(acme, address.person)
    facts.deliver()

    letter = took(acme, facts, report_on(message, **said))

    assert letter.state == InboundState.DROPPED
    assert Suppression.objects.of(acme.workspace).count() == 0


def test_i09_a_bounce_of_another_workspaces_letter_closes_nothing(acme, globex, address, facts):
    message = a_letter(acme, address.person)
    facts.deliver()

    took(globex, facts, report_on(message))

    assert Suppression.every_workspace.count() == 0


def test_i09_ten_thousand_recipients_are_not_looked_at(acme, address, facts):
    many = [f"p{number}@x.example" for number in range(10_000)]
    raw = mail_to(address)

    by_envelope = took(acme, facts, raw, recipients=[*many, f"reply+{reply_token(address)}@x.y"])
    by_header = took(
        acme, facts, raw.replace(b"\nSubject", b"\nCc: " + ", ".join(many).encode() + b"\nSubject")
    )

    assert [dropped(by_envelope), dropped(by_header)] == [DropReason.TOO_MANY_RECIPIENTS] * 2
    assert len(by_envelope.recipients) <= 50


def test_i09_machines_that_answer_machines_come_to_an_end(acme, address, facts):
    letters = [took(acme, facts, mail_to(address)) for _ in range(MOST_AN_HOUR + 2)]

    assert [letter.state for letter in letters].count(InboundState.TAKEN) == MOST_AN_HOUR
    assert dropped(letters[-1]) is DropReason.TOO_OFTEN


# --- I10: what is in it -------------------------------------------------------


def nested(depth):
    """A letter whose parts lie so deep in one another."""
    lines = ["From: l@cantera.example", "To: x@y.example"]
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "deep"]).encode()


def enclosed(depth):
    """Letters enclosed in letters."""
    head = b"From: l@cantera.example\r\nContent-Type: message/rfc822\r\n\r\n"
    return head * depth + b"From: x@y.example\r\n\r\nHello"


def many_parts(count):
    head = 'From: l@cantera.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return (head + "--b\r\n\r\nx\r\n" * count + "--b--").encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (nested(1_000), DropReason.TOO_DEEP),
        (nested(12), DropReason.TOO_DEEP),
        (enclosed(1_000), DropReason.TOO_DEEP),
        (enclosed(15), DropReason.TOO_DEEP),
        (many_parts(60), DropReason.TOO_MANY_PARTS),
        (many_parts(20_000), DropReason.TOO_MANY_PARTS),
        (b"x" * (LARGEST_LETTER + 1), DropReason.TOO_LARGE),
        (b"", DropReason.UNREADABLE),
        (b"\x00" * 1_000, DropReason.UNREADABLE),
        (b"no header at all", DropReason.UNREADABLE),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, DropReason) else "letter",
)
def test_i10_a_letter_beyond_bounds_is_dropped_with_the_reason(acme, facts, raw, reason):
    assert dropped(took(acme, facts, raw)) is reason


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=x-unknown",
        b"Content-Type: text/plain; charset=punycode",
        b"Content-Type: text/plain; charset=unicode_escape",
        b"Content-Type: text/plain; charset=hex",
        b"Content-Type: text/plain; charset*=''%ff%fe; charset*1=x",
        b"Content-Type: text/plain; charset=\xff\xfe",
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base99",
        b"Content-Type: /////;;;=",
        b"Subject: =?utf-8?b?####?= =?x-none?q?=zz?= =?",
        b"Subject: " + b"a" * 100_000,
        b"X-Long: " + b"(" * 200_000,
        b"Content-Type: text/plain\r\nMessage-ID: \xff\xff",
    ],
)
def test_i10_malformed_heads_do_not_stop_the_words(acme, address, facts, head):
    to = f"To: reply+{reply_token(address)}@{DOMAIN}".encode()
    raw = b"From: l@cantera.example\r\n" + to + b"\r\n" + head + b"\r\n\r\nHere caf\xe9 it is\r\n"

    letter = took(acme, facts, raw)

    assert letter.state == InboundState.TAKEN
    assert letter.own_words.startswith("Here caf")


def test_i10_html_is_read_and_never_kept(acme, address, facts):
    html = (
        "<html><head><title>t</title><style>p{}</style></head>"
        "<body><p>It is <b>ready</b> &lt;now&gt;</p>"
        '<form action="https://evil.example"><input name="password"></form>'
        '<script>alert(1)</script><img src="https://evil.example/x.gif">'
        "<div>On 2 Nov 2026, Acme wrote:</div>"
        "<blockquote><p>Where is it?</p></blockquote></body></html>"
    )
    to = f"reply+{reply_token(address)}@{DOMAIN}"
    raw = f"From: l@cantera.example\r\nTo: {to}\r\nContent-Type: text/html\r\n\r\n{html}".encode()

    letter = took(acme, facts, raw)

    assert letter.own_words == "It is ready <now>"
    assert "evil" not in letter.text
    assert "alert" not in letter.text
    assert "> Where is it?" in letter.text


def test_i10_an_attached_bomb_is_not_unpacked(acme, address, facts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "x")
    bomb = bytearray(packed.getvalue())
    place = bomb.index(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = struct.pack("<I", 2_000_000_000)

    letter = took(acme, facts, mail_to(address, files={"plan.docx": bytes(bomb)}))

    (row,) = files_of_letter(letter)
    assert (row.file, row.refusal) == (None, "packed_too_densely")
    assert letter.state == InboundState.TAKEN


def test_i10_an_empty_letter_says_nothing(acme, address, facts):
    assert dropped(took(acme, facts, mail_to(address, text=" \n\n> quoted\n"))) is DropReason.EMPTY


def test_a_letter_is_read_once(acme, address, facts):
    letter = took(acme, facts, mail_to(address))

    assert open_inbound.func(str(acme.workspace.pk), str(letter.pk)) == "taken"
    assert len(facts.of(ReplyReceived)) == 1
    assert letter.read_at == MORNING
