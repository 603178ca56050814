"""What people do on their first day, click by click, in English, with or without scripts."""

import re
import time
from collections.abc import Callable, Mapping
from email import policy
from email.parser import BytesParser
from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "cinco caminos hacia el mar"
NEW_FIELD = "Create a field for a column that has none"
PATIENCE_SECONDS = 300
END_OF_LETTER = b"\n" + b"-" * 79 + b"\n"
"""What follows a letter in its file once it is wholly written."""
ON_ITS_WAY = re.compile("Reading every row|Storing rows")
Look = Callable[[Page], None]


def become_owner(page: Page, url: str, *, name: str, email: str, workspace: str) -> None:
    """The first start: an owner, and their workspace."""
    page.goto(url)
    expect(page.get_by_role("heading", name="Welcome to Vereda")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Your company").fill(workspace)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(greeting(name))


def greeting(name: str) -> re.Pattern[str]:
    """What Today says to that person, at whatever hour."""
    return re.compile(rf"^Good (morning|afternoon|evening), {re.escape(name.split()[0])}$")


def invite(page: Page, email: str) -> None:
    """Invite a colleague, from the settings."""
    page.goto(f"{workspace_of(page)}settings/members/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"A letter is on its way to {email}")).to_be_visible()


def letter_to(email: str, mail: Path) -> str:
    """The text of the newest letter to that address; letters are files where no SMTP is set."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for file in sorted(mail.glob("*"), reverse=True):
            written = file.read_bytes()
            letter = BytesParser(policy=policy.default).parsebytes(written)
            body = letter.get_body(("plain",))
            if letter["To"] == email and body is not None and END_OF_LETTER in written:
                return str(body.get_content())
        time.sleep(0.2)
    raise AssertionError(f"no letter to {email}")


def accept(page: Page, letter: str, *, name: str, workspace: str) -> None:
    """Follow the letter's link and join."""
    link = re.search(r"https?://\S+/join/\S+", letter)
    assert link, letter
    page.goto(link[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Join {workspace}")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(greeting(name))


def workspace_of(page: Page) -> str:
    """Where the workspace begins that the page belongs to."""
    begins = re.match(r"https?://[^/]+/w/[^/]+/", page.url)
    assert begins, page.url
    return begins[0]


def import_accounts(
    page: Page,
    file: Path,
    *,
    fields: Mapping[str, str],
    new_fields: Mapping[str, str],
    rows: int,
    look: Look,
) -> None:
    """The five steps. `fields` says what each column means, `new_fields` what to create first.

    `look` is called on every step.
    """
    hand_in(page, file, look=look)
    map_columns(page, fields=fields, new_fields=new_fields)
    wait_for_work(page)
    look(page)
    page.get_by_role("link", name=re.compile("^Continue")).click()
    look(page)
    page.get_by_role("button", name=f"Store {rows} row").click()
    wait_for_work(page)
    look(page)
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()


def hand_in(page: Page, file: Path, *, look: Look) -> None:
    """The first two steps: the file, and how its rows are recognised."""
    page.goto(f"{workspace_of(page)}imports/new")
    look(page)
    page.get_by_label("What does the file hold?").select_option(label="Accounts")
    page.locator("main input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    look(page)
    page.get_by_role("link", name="It looks right: continue").click()
    look(page)
    page.get_by_label("Account id").check()
    page.get_by_role("button", name="Continue").click()
    look(page)


def map_columns(page: Page, *, fields: Mapping[str, str], new_fields: Mapping[str, str]) -> None:
    """The third step: create fields, and say what each column means."""
    for label, holds in new_fields.items():
        page.get_by_text(NEW_FIELD).click()
        page.get_by_label("Name of the new field").fill(label)
        page.get_by_label("What it holds").select_option(label=holds)
        page.get_by_role("button", name="Create the field").click()
        expect(page.locator("select[name=to-0]")).to_contain_text(label)
    for column, field in fields.items():
        page.get_by_label(column, exact=True).select_option(label=field)
    page.get_by_role("button", name="Check all rows").click()


def wait_for_work(page: Page) -> None:
    """Until the background work is over; without scripts people press Refresh."""
    until = time.monotonic() + PATIENCE_SECONDS
    while page.get_by_text(ON_ITS_WAY).count() and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.goto(page.url)
    expect(page.get_by_text(ON_ITS_WAY)).to_have_count(0)


def write_note(page: Page, text: str) -> None:
    """Write on the account whose page is open, and see it in the timeline."""
    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_label("What was said or done").fill(text)
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".timeline").get_by_text(text)).to_be_visible()


def switch_to(page: Page, button: str, *, name: str) -> None:
    """Press a button of one's own menu: a language, a theme, the way out."""
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=button).click()
