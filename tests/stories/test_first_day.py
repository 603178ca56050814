"""The first day: set up, invite, join, import a Spanish spreadsheet, look, write, switch, leave."""

import pytest
from playwright.sync_api import expect

from tests.stories.browser import Look, barriers, overflow, window
from tests.stories.first_day import (
    accept,
    become_owner,
    import_accounts,
    invite,
    letter_to,
    switch_to,
    workspace_of,
    write_note,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SPREADSHEET = """\
Código;Nombre;Sector;Responsable;Alta;Facturación anual;Próxima revisión
C-1;Panadería Peña;Alimentación;ana@camino.example;01/02/2024;1.234,56;31/12/2026
C-2;Logística Núñez;Transporte;ana@camino.example;15/10/2025;98.765,40;15/01/2027
C-3;Viñedos Ibáñez;Alimentación;;30/09/2026;0,5;
"""


@pytest.fixture
def spreadsheet(tmp_path):
    """What a Spanish Excel saves: semicolons, Windows-1252, commas in numbers."""
    file = tmp_path / "clientes.csv"
    file.write_bytes(SPREADSHEET.replace("\n", "\r\n").encode("cp1252"))
    return file


MEANINGS = {
    "Código": "Account id",
    "Nombre": "Name",
    "Sector": "Industry",
    "Responsable": "Owner",
    "Alta": "Customer since",
    "Facturación anual": "Yearly sales",
    "Próxima revisión": "Next review",
}
NEW_FIELDS = {"Yearly sales": "number", "Next review": "date"}


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_first_day(browser, fresh, spreadsheet, scripts):
    found = []

    def look(page):
        found.extend(barriers(page) if scripts else [])

    with window(browser, Look(scripts=scripts)) as page:
        become_owner(
            page, fresh.url, name="Ana Ruiz", email="ana@camino.example", workspace="Camino"
        )
        look(page)
        invite(page, "leo@camino.example")
        look(page)

        with window(browser, Look(scripts=scripts)) as colleague:
            letter = letter_to("leo@camino.example", fresh.home / "mail")
            accept(colleague, letter, name="Leo Martín", workspace="Camino")
            look(colleague)

        import_accounts(
            page, spreadsheet, fields=MEANINGS, new_fields=NEW_FIELDS, rows=3, look=look
        )

        page.goto(f"{workspace_of(page)}accounts/")
        page.get_by_role("link", name="Panadería Peña").click()
        expect_the_first_customer(page)
        look(page)
        write_note(page, "Prefieren que llamemos por la tarde.")
        look(page)

        switch_language_and_theme(page)
        look(page)
        switch_to(page, "Salir", name="Ana Ruiz")
        expect(page).to_have_url(f"{fresh.url}/sign-in/")
        expect(page.get_by_label("Password")).to_be_visible()

    assert found == []


def expect_the_first_customer(page):
    """The cells of the spreadsheet's first row, as values."""
    facts = page.locator(".account .facts").first.locator("..")
    expect(facts).to_contain_text("Ana Ruiz")
    expect(facts).to_contain_text("1 Feb 2024")
    expect(facts).to_contain_text("Alimentación")
    expect(facts).to_contain_text("1,234.56")
    expect(facts).to_contain_text("31 Dec 2026")


def switch_language_and_theme(page):
    """Spanish, then dark: both stay."""
    switch_to(page, "Español", name="Ana Ruiz")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("link", name="Cronología", exact=True)).to_be_visible()
    switch_to(page, "Oscuro", name="Ana Ruiz")
    expect(page.locator("html")).to_have_class("theme-dark")


def test_what_the_unknown_see_has_no_barriers(browser, sampled):
    looks = [Look(), Look(theme="dark", language="es", narrow=True)]
    addresses = ["sign-in/", "sign-up/", "password/reset/", "sign-in/link/spent/", "nowhere/"]
    found, wide = [], []

    for look in looks:
        with window(browser, look) as page:
            for address in addresses:
                page.goto(f"{sampled.server.url}/{address}")
                found += barriers(page)
                wide += [page.url] if overflow(page) else []

    assert found == []
    assert wide == []


def test_a_page_that_is_not_there_has_no_barriers(sampled):
    with sampled.window() as page:
        page.goto(f"{sampled.home}accounts/A-999999/")

        assert barriers(page) == []
        expect(page.get_by_role("heading", level=1)).to_be_visible()
