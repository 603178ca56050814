"""The portal as its workspace looks: name, colour, logo, on pages and in letters."""

import base64
import re
from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from PIL import Image
from PIL.ExifTags import Base

from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.outcomes.testing import an_outcome
from vereda.portal.actions.branding import set_branding
from vereda.portal.actions.inviting import invite_to_portal
from vereda.portal.actions.telling import remind_person
from vereda.portal.colours import LIGHT_GROUNDS, TEXT_NEEDS, least_contrast
from vereda.portal.contracts import LARGEST_LOGO, WrongBranding
from vereda.portal.models import Branding
from vereda.portal.queries.branding import branding_of, logo_of
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

SETTINGS = "/w/acme/settings/portal/"
STYLE = "/p/acme/brand.css"
LOGO = "/p/acme/logo.png"


def a_picture(size=(1000, 100), form="PNG", **said):
    body = BytesIO()
    Image.new("RGB", size, "red").save(body, form, **said)
    return body.getvalue()


def branded(acme, **said):
    told = {"name": "Muestra Care", "accent": "#7a1f3d", "logo": BytesIO(a_picture()), **said}
    return set_branding(acme.workspace, by=acme.admin, **told)


@pytest.mark.parametrize("place", ["/p/acme/", "/p/acme/come-in/", "/p/acme/plans/OB-99/"])
def test_every_page_shows_name_colour_and_logo(acme, mara, place):
    row = branded(acme)
    client = Client() if "come-in" in place else a_visitor(mara)

    page = client.get(place).content.decode()

    assert "Muestra Care" in page
    assert f'href="{STYLE}?look={row.look}"' in page
    assert f'src="{LOGO}?look={row.look}"' in page
    assert 'class="plain-page portal-brand"' in page
    assert "<style" not in page
    assert "style=" not in page


def test_without_a_choice_it_is_the_workspaces_name_and_our_colour(acme, mara):
    page = a_visitor(mara).get("/p/acme/").content.decode()

    assert acme.workspace.name in page
    assert "brand.css" not in page
    assert "logo.png" not in page


def test_a_logo_alone_brings_no_stylesheet(acme, mara):
    row = branded(acme, accent="")

    page = a_visitor(mara).get("/p/acme/").content.decode()

    assert f'src="{LOGO}?look={row.look}"' in page
    assert "brand.css" not in page
    assert "portal-brand" not in page
    assert Client().get(STYLE).content == b""


def test_the_stylesheet_tells_both_grounds_and_is_kept_by_browsers(acme):
    row = branded(acme, accent="#7a1f3d")

    kept, asked_again = Client().get(f"{STYLE}?look={row.look}"), Client().get(STYLE)

    css = kept.content.decode()
    colours = re.search(r"--primary: light-dark\((#\w{6}), (#\w{6})\)", css)
    assert kept.headers["Content-Type"] == "text/css; charset=utf-8"
    assert colours is not None
    assert colours[1] == "#7a1f3d"
    assert colours[2] != "#7a1f3d"
    assert "--color-primary: var(--primary)" in css
    assert "immutable" in kept.headers["Cache-Control"]
    assert asked_again.headers["Cache-Control"] == "no-cache"


def test_another_look_has_another_address(acme):
    first, second = branded(acme).look, branded(acme, accent="#0b6e4f").look

    assert first != second


def test_the_logo_is_drawn_anew_within_its_box(acme):
    exif = Image.Exif()
    exif[Base.Artist] = "Somebody"
    branded(acme, logo=BytesIO(a_picture((3000, 600), "JPEG", exif=exif)))

    answer = Client().get(LOGO)
    picture = Image.open(BytesIO(answer.content))

    assert answer.headers["Content-Type"] == "image/png"
    assert picture.size == (640, 128)
    assert b"Somebody" not in answer.content
    assert not picture.getexif()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "A logo is a picture"),
        (b"%PDF-1.7 no picture", "A logo is a picture"),
        (b"\x89PNG\r\n\x1a\n broken", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * LARGEST_LOGO, "larger than 2 MB"),
    ],
)
def test_what_is_no_logo_is_refused_beside_the_form(acme, client_of, body, sentence):
    file = SimpleUploadedFile("logo.png", body)

    answer = client_of(acme.admin).post(SETTINGS, {"logo": file})

    assert answer.status_code in {415, 422}
    assert sentence in answer.content.decode()
    assert not Branding.objects.of(acme.workspace).exists()


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(acme):
    with pytest.raises(WrongBranding) as refused:
        set_branding(acme.workspace, accent="#f2c200", by=acme.admin)

    sentence = str(refused.value)
    nearest = re.findall(r"#[0-9a-f]{6}", sentence)[-1]
    assert "#f2c200" in sentence
    assert re.search(r"\b1\.[56]:1", sentence)
    assert "4.5:1" in sentence
    assert set_branding(acme.workspace, accent=nearest, by=acme.admin).accent == nearest


@pytest.mark.parametrize("said", ["red", "#12", "#fff}body{display:none"])
def test_what_is_no_colour_is_refused(acme, said):
    with pytest.raises(WrongBranding):
        set_branding(acme.workspace, accent=said, by=acme.admin)


def test_the_settings_show_it_in_the_light_and_in_the_dark(acme, client_of):
    client = client_of(acme.admin)

    saved = client.post(
        SETTINGS,
        {
            "name": " Muestra   Care ",
            "accent": "7A1F3D",
            "logo": SimpleUploadedFile("logo.png", a_picture()),
        },
    )
    page = client.get(SETTINGS).content.decode()

    row = branding_of(acme.workspace)
    assert saved.status_code == 303
    assert (row.name, row.accent) == ("Muestra Care", "#7a1f3d")
    assert "portal-light" in page
    assert "portal-dark" in page
    assert page.count("contrast ") == 2


def test_the_logo_stays_until_it_is_taken_away(acme, client_of):
    branded(acme)
    client = client_of(acme.admin)

    client.post(SETTINGS, {"name": "Muestra"})
    kept = bool(logo_of(acme.workspace))
    client.post(SETTINGS, {"name": "Muestra", "without_logo": "on"})

    assert kept
    assert branding_of(acme.workspace).logo_digest == ""
    assert Client().get(LOGO).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("member", 403), ("viewer", 403)])
def test_owners_and_admins_choose(acme, client_of, role, status):
    assert client_of(getattr(acme, role)).get(SETTINGS).status_code == status


def test_one_workspaces_look_is_not_anothers(acme, globex):
    branded(acme)

    assert Client().get("/p/globex/logo.png").status_code == 404
    assert "#7a1f3d" not in Client().get("/p/globex/brand.css").content.decode()


def test_the_letter_with_the_way_in_bears_the_name_and_the_logo(acme, mara):
    branded(acme)

    Client().post("/p/acme/come-in/", {"email": "mara@muebles.example"})
    run_waiting_tasks()

    letter = mail.outbox[-1]
    assert isinstance(letter, EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert letter.subject == "Your link to Muestra Care"
    assert letter.from_email.startswith('"Muestra Care" <')
    assert 'src="cid:logo"' in html
    assert "#7a1f3d" in html
    assert 'src="http' not in html
    assert "Content-ID: <logo>" in letter.message().as_string()


def left_letter():
    """The last letter that left, its text and its HTML."""
    letter = mail.outbox[-1]
    assert isinstance(letter, EmailMultiAlternatives)
    return letter, str(letter.body), str(letter.alternatives[0][0])


def test_the_invitation_bears_name_colour_and_logo(acme, account, mara, facts):
    row = branded(acme)

    invite_to_portal(mara, account=account, by=acme.member, now=now())
    facts.deliver()

    letter, text, html = left_letter()
    raw = letter.message().as_bytes()
    parts = [each.get_content_type() for each in letter.message().walk()]
    assert letter.subject == "Your page at Muestra Care"
    assert (
        '<img src="cid:logo" height="48" align="middle" alt=""> <strong class="name">Muestra Care'
        in html
    )
    assert f"a, .name {{ color: {row.accent}; }}" in html
    assert "src=" not in html.replace('src="cid:logo"', "")
    assert base64.b64encode(logo_of(acme.workspace))[:60] in raw
    assert parts == [
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
    ]
    assert "logo" not in text
    assert row.accent not in text


def test_letters_about_steps_bear_them_too_and_their_text_is_as_before(acme, account, mara, facts):
    due_on = now().date() - timedelta(days=5)
    an_outcome(account, now=now() - timedelta(days=100), due_on=due_on)
    branded(acme, name="")

    remind_person(mara, now=now())
    facts.deliver()

    _letter, text, html = left_letter()
    assert '<strong class="name">Acme</strong>' in html
    assert "#7a1f3d" in html
    assert text.startswith("Hello Mara,")
    assert text.rstrip().splitlines()[-3] == "Acme"


def test_without_branding_a_letter_bears_the_name_alone(acme, account, mara, facts):
    invite_to_portal(mara, account=account, by=acme.member, now=now())
    facts.deliver()

    letter, _text, html = left_letter()
    assert '<p><strong class="name">Acme</strong></p>' in html
    assert "cid:" not in html
    assert letter.message().get_content_type() == "multipart/alternative"


def test_a_letter_bears_nothing_of_another_workspaces_look(acme, globex, account, mara, facts):
    set_branding(globex.workspace, name="Globex Care", accent="#0b3d91", by=globex.admin)

    invite_to_portal(mara, account=account, by=acme.member, now=now())
    facts.deliver()

    assert "#0b3d91" not in left_letter()[2]


def test_a_name_is_words_in_a_letter_and_nothing_else(acme, account, mara, facts):
    branded(acme, name="<b>Acme</b> & more")

    invite_to_portal(mara, account=account, by=acme.member, now=now())
    facts.deliver()

    assert "&lt;b&gt;Acme&lt;/b&gt; &amp; more" in left_letter()[2]


def test_the_sample_is_shown_with_a_colour_and_a_mark_of_its_own(acme):
    from_wiring = import_module(settings.VEREDA_WIRING).SAMPLE_TOUCHES

    for touch in from_wiring:
        touch(acme.owner)

    row = branding_of(acme.workspace)
    logo = logo_of(acme.workspace)
    assert least_contrast(row.accent, LIGHT_GROUNDS) >= TEXT_NEEDS
    assert logo.startswith(b"\x89PNG")
    assert len(logo) < 2_000
