"""Coming into the portal of the sample as one of its customers, by the real door."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.stories.browser import Look, window
from tests.stories.letters import letter_in, letters_in, link_in, text_of

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

    from tests.stories.conftest import Sampled

BUSIEST = """
from vereda.customers.queries.people import language_of_person, people_of
from vereda.foundation.clock import now
from vereda.onboarding.queries.plans import next_steps_of, plans_in
from vereda.portal.addresses import door_of
from vereda.portal.queries.visits import is_welcome
from vereda.workspaces.queries import workspace_with_slug

workspace, found = workspace_with_slug("muestra"), []
for plan in plans_in(workspace).order_by("number"):
    for each in people_of(plan.account):
        person = each.person
        if is_welcome(person) and language_of_person(person, workspace) == {language!r}:
            found.append((len(next_steps_of(person, now=now())), person.email, person))
steps, email, person = max(found, key=lambda each: each[:2])
assert steps, "nothing waits for anybody who reads {language}"
print(email, door_of(person, workspace))
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a customer whom a browser knows; `door` is the address in our letters to them."""

    email: str
    door: str
    link: str
    cookies: "StorageState"


def busiest_visitor(sampled: "Sampled", *, language: str) -> Visitor:
    """The person with the most next steps of those who read that language, come in by a letter."""
    email, door = sampled.server.ask(BUSIEST.format(language=language)).split()
    before = len(letters_in(sampled.server.home, to=email))
    with window(sampled.browser, Look(language=language)) as page:
        page.goto(door)
        page.locator("main form button").click()
        page.wait_for_url("**/come-in/code/**")
        letter = letter_in(sampled.server.home, to=email, number=before + 1)
        link = link_in(text_of(letter), "/come-in/")
        page.goto(link)
        page.locator("main form button").click()
        page.wait_for_url("**/p/muestra/")
        return Visitor(email, door, link, page.context.storage_state())
