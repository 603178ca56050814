"""A customer is led from the handshake to the benefit: a lead at a desk, a customer on a phone.

The customer's phone runs no script at all; in Spanish the lead's browser runs none either. What
axe says is asked of every page of the story, in a browser that does.
"""

import base64
import json
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from playwright.sync_api import APIResponse, Locator, Page, expect
from standardwebhooks.webhooks import Webhook

from tests.stories.browser import Look, barriers, overflow, window
from tests.stories.clock import MovedClock
from tests.stories.conftest import Sampled, come_in_by, sample_in
from tests.stories.letters import letter_in, letters_in, link_in, text_of
from tests.stories.server import PATIENCE_SECONDS
from vereda.onboarding.contracts.plans import ItemState, No
from vereda.onboarding.wording.plans import OBJECTIONS, STATES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PRESET = "b2b-saas"
PRESETS = Path(__file__).resolve().parents[2] / "vereda" / "onboarding" / "presets"
ON_THE_PHONE = ("expected-benefit", "people", "customer-list", "sign-in", "data-agreement")
BY_LETTER = "ready-day"
SETTING_UP = ("set-up", "import-customers", "connect-sign-in")
CONFIRMED = gettext_lazy("Confirmed by the customer")
FIRST_CONTACT = ("mail-connection", "installation", "train-leads", "train-team", "opening")


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is led, and what they say in their language."""

    language: str
    key: str
    name: str
    person: str
    colleague: str
    day: str
    benefit: str

    def email(self, name: str = "") -> str:
        """Where somebody there reads letters."""
        return f"{(name or self.person).split()[0].lower()}@{self.key}.example"

    def title(self, item: str) -> str:
        """What an item of the ready template is called for them."""
        preset = tomllib.loads((PRESETS / self.language / f"{PRESET}.toml").read_text("utf-8"))
        return next(str(each["title"]) for each in preset["item"] if each["key"] == item)

    def reads(self, words: str | Promise) -> str:
        """These words of the product in their language."""
        with translation.override(self.language):
            return str(words)


CUSTOMERS = [
    Customer(
        language="en",
        key="northwind",
        name="Northwind Bakeries",
        person="Nora Webb",
        colleague="Owen Price",
        day="1 March: the old contract ends.",
        benefit="Closing the month takes three days less",
    ),
    Customer(
        language="es",
        key="azahar",
        name="Panaderías Azahar",
        person="Lola Mena",
        colleague="Hugo Sanz",
        day="1 de marzo: acaba el contrato anterior.",
        benefit="Cerrar el mes cuesta tres días menos",
    ),
]


@dataclass(slots=True)
class Office:
    """A server of its own that lives on working days, and what was wrong with its pages."""

    loaded: Sampled
    clock: MovedClock
    template: str = ""
    inbound: str = ""
    secret: str = ""
    found: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    @property
    def home(self) -> str:
        """Where members' pages begin."""
        return self.loaded.home

    @property
    def portal(self) -> str:
        """Where customers' pages begin."""
        return f"{self.loaded.server.url}/p/muestra/"

    @contextmanager
    def lead(self, customer: Customer) -> Iterator[Page]:
        """The lead's desk, signed in just now, in that language; in Spanish without scripts."""
        printed = self.loaded.server.run("link", "ana@muestra.example")
        self.loaded.cookies = come_in_by(printed, self.loaded.browser)
        look = Look(language=customer.language, scripts=customer.language == "en")
        with self.loaded.window(look) as page:
            yield page

    @contextmanager
    def phone(self, customer: Customer) -> Iterator[Page]:
        """The phone of the customer, without scripts and with nothing remembered."""
        look = Look(phone=True, scripts=False, language=customer.language)
        with window(self.loaded.browser, look) as page:
            yield page

    def pass_time(self, **length: float) -> None:
        """So long goes by, and the server has caught up with it."""
        self.clock.passes(self.loaded.server, **length)

    def look(self, page: Page) -> None:
        """Open what the page shows in a browser with scripts, and keep what is wrong with it."""
        size = page.viewport_size
        look = Look(phone=size is not None and size["width"] < 500)
        with window(self.loaded.browser, look, cookies=page.context.storage_state()) as eye:
            eye.goto(page.url)
            self.kinds.add(urlsplit(page.url).path)
            self.found += barriers(eye)
            wide = overflow(eye)
            self.found += [f"{page.url} is {wide} px too wide"] if wide else []

    def wrong(self) -> list[str]:
        """What was wrong with the pages since this was asked last."""
        found, self.found = self.found, []
        return found

    def letters(self, customer: Customer) -> list[EmailMessage]:
        """Every letter to the person, in the order in which they left."""
        return letters_in(self.loaded.server.home, to=customer.email())

    def letter(self, customer: Customer, *, number: int) -> EmailMessage:
        """The letter with that number, from 1, once it is there."""
        return letter_in(self.loaded.server.home, to=customer.email(), number=number)

    def send_events(self, page: Page, *events: Mapping[str, object]) -> None:
        """The product tells the collector, with the workspace's write key."""
        key = self.loaded.server.run("key", "--workspace", "muestra")
        sent = page.context.request.post(
            f"{self.loaded.server.url}/v1/batch",
            data={"batch": list(events)},
            headers={"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"},
        )
        assert sent.ok, sent.text()

    def hand_in(self, page: Page, mail: EmailMessage, *, secret: str) -> APIResponse:
        """Our mail server hands a letter in, signed with that secret."""
        told = {"mail": base64.b64encode(mail.as_bytes()).decode(), "dmarc": "pass"}
        body, at = json.dumps(told), datetime.now(UTC)  # noqa: TID251 - as a mail server does
        return page.context.request.post(
            self.inbound,
            data=body.encode(),
            headers={
                "Content-Type": "application/json",
                "webhook-id": str(mail["Message-ID"]),
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(secret).sign(str(mail["Message-ID"]), at, body),
            },
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory, browser):
    """A small sample on a Monday morning, whose letters can be answered."""
    clock = MovedClock()
    clock.to_monday_morning()
    home = tmp_path_factory.mktemp("onboarding")
    office = Office(sample_in(home, browser, companies="3", settings=clock.settings), clock)
    loaded = office.loaded
    with loaded.window() as page:
        let_letters_be_answered(office, page)
        take_ready_template(office, page)
    yield office
    loaded.server.stop()


def let_letters_be_answered(office: Office, page: Page) -> None:
    """The settings of letters: a domain for replies, and the secret of the mail server."""
    page.goto(f"{office.home}settings/letters/")
    page.locator("input[name=reply_domain]").fill("reply.muestra.example")
    page.locator("main form:has(input[name=reply_domain]) button").click()
    page.locator("form[action$='/settings/letters/key/'] button").click()
    told = page.locator("main pre code")
    expect(told).to_have_count(2)
    office.inbound, office.secret = told.nth(0).inner_text(), told.nth(1).inner_text()


def take_ready_template(office: Office, page: Page) -> None:
    """The ready template for business software, which speaks both languages."""
    page.goto(f"{office.home}onboarding/templates/")
    office.look(page)
    page.locator(f"form[action$='/ready/{PRESET}/'] button").click()
    page.wait_for_url("**/onboarding/templates/T-*/")
    office.template = page.url.rstrip("/").rpartition("/")[2]
    office.look(page)


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda each: each.language)
def test_a_customer_is_led_from_the_handshake_to_the_benefit(office, customer):
    with office.lead(customer) as desk:
        account = new_account(office, desk, customer)
        plan = start_a_plan(office, desk, customer, account)
        promise_a_benefit(office, desk, customer, account, plan)
        ask(desk, plan, *ON_THE_PHONE, BY_LETTER)
        office.look(desk)
        nothing_of_set_two_can_begin(desk, customer, plan)
    office.pass_time(minutes=15)

    with office.phone(customer) as phone:
        come_in(office, phone, customer)
        give_what_is_asked_for(office, phone, customer)
        office.pass_time(days=7)
        be_reminded_once_and_answer(office, phone, customer)

        with office.lead(customer) as desk:
            accept(office, desk, plan, customer)
            do_our_part(office, desk, phone, plan, customer)
            see_the_first_use(office, desk, plan, customer)
            verify_the_benefit(office, desk, phone, customer, account)
            read_the_report(office, desk, phone, customer, account)

    assert office.wrong() == []
    assert len(office.kinds) >= 12


# --- The lead, before the customer does anything -----------------------------------------------


def new_account(office: Office, desk: Page, customer: Customer) -> str:
    """Two people sign up; the product says who they are, and the account is there."""
    for name in (customer.person, customer.colleague):
        email = customer.email(name)
        who = {"name": name, "email": email, "language": customer.language}
        office.send_events(
            desk,
            {"type": "identify", "userId": email, "traits": who},
            {
                "type": "group",
                "userId": email,
                "groupId": customer.key,
                "traits": {"name": customer.name},
            },
        )
    until_there(desk, f"{office.home}accounts/", link_called(desk, customer.name))
    href = link_called(desk, customer.name).first.get_attribute("href")
    assert href
    key = href.rstrip("/").rpartition("/")[2]
    for name in (customer.person, customer.colleague):
        until_there(desk, f"{office.home}people/?account={key}", link_called(desk, name))
    return key


def start_a_plan(office: Office, desk: Page, customer: Customer, account: str) -> str:
    """From the ready template, agreed today; one of them has a part in it."""
    desk.goto(f"{office.home}onboarding/plans/start/?account={account}")
    office.look(desk)
    desk.locator("select[name=template]").select_option(office.template)
    desk.locator("select[name=product]").select_option(label="Ruta")
    send(desk, "input[name=agreed_on]")
    plan = desk.url.partition("#")[0]

    desk.goto(f"{plan}part/")
    office.look(desk)
    desk.locator("select[name=person]").select_option(label=customer.person)
    send(desk, "select[name=person]")
    return plan


def promise_a_benefit(
    office: Office, desk: Page, customer: Customer, account: str, plan: str
) -> None:
    """What the plan is for, in the customer's words, with a number and a day."""
    due = office.clock.now + timedelta(days=90)
    desk.goto(f"{office.home}accounts/{account}/value/promise/")
    office.look(desk)
    desk.locator("input[name=benefit]").fill(customer.benefit)
    desk.locator("input[name=baseline]").fill("8")
    desk.locator("select[name=direction]").select_option("less")
    desk.locator("input[name=target]").fill("5")
    desk.locator("input[name=due_on]").fill(f"{due:%Y-%m-%d}")
    send(desk, "input[name=benefit]")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(customer.benefit)

    desk.goto(f"{plan}benefit/")
    desk.locator("select[name=outcome]").select_option(index=0)
    send(desk, "select[name=outcome]")
    expect(desk.locator("#benefits")).to_contain_text(customer.benefit)


def ask(desk: Page, plan: str, *items: str) -> None:
    """Ask the customer for these."""
    for item in items:
        do(desk, plan, item, "requested")


def nothing_of_set_two_can_begin(desk: Page, customer: Customer, plan: str) -> None:
    """Set 1 is open: the page offers nothing of set 2, and whoever insists is told what lacks."""
    desk.goto(plan)
    expect(desk.locator("form[action$='/items/set-up/started/']")).to_have_count(0)
    desk.goto(f"{plan}items/set-up/started/")
    desk.locator("main form button").first.click()
    missing = ", ".join(map(customer.title, (*ON_THE_PHONE, BY_LETTER)))
    shut = customer.reads(OBJECTIONS[No.GATE_SHUT]) % {"missing": missing}
    expect(desk.get_by_role("alert")).to_contain_text(shut)


# --- The customer, on a phone -------------------------------------------------------------------


def come_in(office: Office, phone: Page, customer: Customer) -> None:
    """The letter says what is wanted and leads to the door; one press sends a link, one opens."""
    asked = text_of(office.letter(customer, number=1))
    assert all(customer.title(item) in asked for item in (*ON_THE_PHONE, BY_LETTER))
    phone.goto(link_in(asked, "/come-in/as/"))
    office.look(phone)
    phone.locator("main form button").click()
    office.look(phone)

    phone.goto(link_in(text_of(office.letter(customer, number=2)), "/come-in/"))
    office.look(phone)
    assert phone.url != office.portal, "a link that is read opens nothing"
    phone.locator("main form button").click()
    expect(phone).to_have_url(office.portal)
    office.look(phone)


def give_what_is_asked_for(office: Office, phone: Page, customer: Customer) -> None:
    """A file, an answer of several, an approval, and words; one thing is left for later."""
    step(phone, customer, "customer-list").locator("input[type=file]").set_input_files(
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": b"number;name\n1042;Sol\n"}
    )
    press(phone, customer, "customer-list")
    step(phone, customer, "sign-in").locator("input[value=microsoft]").check()
    press(phone, customer, "sign-in")
    press(phone, customer, "data-agreement")
    for item in ("expected-benefit", "people"):
        step(phone, customer, item).locator("input[type=text]").fill(customer.benefit)
        press(phone, customer, item)
    expect(phone.locator("article")).to_have_count(1)
    office.look(phone)
    phone.locator("a[href*='/plans/']").first.click()
    expect(phone.locator("main")).to_contain_text("clients.csv")
    office.look(phone)


def be_reminded_once_and_answer(office: Office, phone: Page, customer: Customer) -> None:
    """A week later one letter reminds of the one thing left, and an answer to it is enough."""
    letter = office.letter(customer, number=3)
    assert customer.title(BY_LETTER) in text_of(letter)
    assert customer.title("people") not in text_of(letter)

    reply = EmailMessage()
    reply["From"], reply["To"] = customer.email(), str(letter["Reply-To"])
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = f"<answer@{customer.key}.example>"
    reply.set_content(customer.day)
    wrong = f"whsec_{base64.b64encode(bytes(32)).decode()}"
    assert office.hand_in(phone, reply, secret=wrong).status == 401
    phone.goto(office.portal)
    expect(step(phone, customer, BY_LETTER)).to_be_visible()
    assert office.hand_in(phone, reply, secret=office.secret).status == 200

    until_there(phone, office.portal, phone.locator("section[aria-labelledby=steps] > p"))
    office.look(phone)
    assert len(office.letters(customer)) == 3


# --- The lead, when everything is given ---------------------------------------------------------


def accept(office: Office, desk: Page, plan: str, customer: Customer) -> None:
    """What they gave is accepted, one by one; with the last of it the gate is open."""
    desk.goto(plan)
    expect(item_on(desk, BY_LETTER)).to_contain_text(customer.day)
    office.look(desk)
    for item in (*ON_THE_PHONE, BY_LETTER):
        if item != "data-agreement":
            do(desk, plan, item, "accepted")
    expect_state(desk, customer, "data-agreement", ItemState.ACCEPTED)
    do(desk, plan, "set-up", "started")
    expect_state(desk, customer, "set-up", ItemState.STARTED)
    office.look(desk)


def do_our_part(office: Office, desk: Page, phone: Page, plan: str, customer: Customer) -> None:
    """It is set up, looked at by the customer, and opened together; they say how it was."""
    for item in SETTING_UP:
        do(desk, plan, item, "done")
    ask(desk, plan, "check-import")
    phone.goto(office.portal)
    press(phone, customer, "check-import")
    for item in FIRST_CONTACT:
        do(desk, plan, item, "done")
    phone.goto(f"{office.portal}plans/{plan.rstrip('/').rpartition('/')[2]}/")
    office.look(phone)
    phone.locator("form[action$='/smile/'] button[value='5']").click()
    expect(phone.get_by_role("status")).to_be_visible()
    desk.goto(plan)
    office.look(desk)


def see_the_first_use(office: Office, desk: Page, plan: str, customer: Customer) -> None:
    """The product tells of a route that was planned; nobody types that it is used."""
    office.send_events(
        desk,
        {
            "type": "track",
            "event": "Route Planned",
            "userId": customer.email(),
            "properties": {"stops": 12},
            "context": {"groupId": customer.key},
        },
    )
    done = customer.reads(STATES[ItemState.DONE])
    until_there(desk, plan, item_on(desk, "first-use").filter(has_text=done))
    office.look(desk)


def verify_the_benefit(
    office: Office, desk: Page, phone: Page, customer: Customer, account: str
) -> None:
    """We measure it; the customer says that it came true, and their word is what counts."""
    desk.goto(f"{office.home}accounts/{account}/value/")
    office.look(desk)
    desk.get_by_role("link", name=customer.benefit).first.click()
    benefit = desk.url
    desk.goto(f"{benefit}measure/")
    office.look(desk)
    desk.locator("input[name=value]").fill("5")
    send(desk, "input[name=value]")

    phone.goto(f"{office.portal}value/")
    expect(phone.locator("main")).to_contain_text(customer.benefit)
    office.look(phone)
    phone.locator("details:has(input[value=yes]) > summary").click()
    phone.locator("form:has(input[value=yes]) button").click()
    expect(phone.get_by_role("status")).to_be_visible()
    office.look(phone)

    desk.goto(benefit)
    expect(desk.get_by_text(customer.reads(CONFIRMED), exact=True)).to_be_visible()
    office.look(desk)


def read_the_report(
    office: Office, desk: Page, phone: Page, customer: Customer, account: str
) -> None:
    """The value report, as members and as customers read it, and on paper for both."""
    report = f"{office.home}accounts/{account}/value/report/"
    for address in (report, f"{report}customer/?language={customer.language}"):
        desk.goto(address)
        expect(desk.locator("main")).to_contain_text(customer.benefit)
        office.look(desk)
    for reader, address in (
        (desk, f"{report}file/"),
        (phone, f"{office.portal}value/report.pdf?account={account}"),
    ):
        paper = reader.context.request.get(address)
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.body().startswith(b"%PDF")


# --- Fingers ------------------------------------------------------------------------------------


def send(desk: Page, field_of_form: str) -> None:
    """Send the form that has that field; it is taken."""
    before = desk.url
    desk.locator(f"main form:has({field_of_form}) button").last.click()
    expect(desk).not_to_have_url(before)


def do(desk: Page, plan: str, item: str, verb: str) -> None:
    """Press the button that does it, on the page of the plan."""
    desk.goto(plan)
    button = desk.locator(f"form[action$='/items/{item}/{verb}/'] button")
    button.click()
    expect(button).to_have_count(0)


def link_called(page: Page, name: str) -> Locator:
    """The links of that name."""
    return page.get_by_role("link", name=name)


def item_on(desk: Page, item: str) -> Locator:
    """An item on the page of its plan."""
    return desk.locator(f"#item-{item}")


def expect_state(desk: Page, customer: Customer, item: str, state: ItemState) -> None:
    """The item says that it stands so."""
    expect(item_on(desk, item)).to_contain_text(customer.reads(STATES[state]))


def step(phone: Page, customer: Customer, item: str) -> Locator:
    """A next step on the customer's page."""
    return phone.locator("article").filter(has_text=customer.title(item))


def press(phone: Page, customer: Customer, item: str) -> None:
    """Press the button of a step; it is taken, and no next step any more."""
    asked = step(phone, customer, item)
    asked.locator("button").first.click()
    expect(phone.get_by_role("status")).to_be_visible()
    expect(asked).to_have_count(0)


def until_there(page: Page, url: str, thing: Locator) -> None:
    """Open the page again until background work has brought what is waited for."""
    until = time.monotonic() + PATIENCE_SECONDS
    page.goto(url)
    while not thing.count():
        assert time.monotonic() < until, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        page.goto(url)
