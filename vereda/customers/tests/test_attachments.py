"""Files from outside: told by their bytes, bounded, drawn anew (abuse cases U07 to U09)."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from PIL import Image

from vereda.customers.actions.files import add_file
from vereda.customers.contracts import LARGEST_FILE, FileFault, FileNotKept, WrongFile
from vereda.customers.models.files import AccountFile
from vereda.customers.queries.files import account_files_folder, opened_file, place_of_file
from vereda.customers.rules.attachments import (
    MOST_PACKED_PARTS,
    MOST_UNPACKED_BYTES,
    safe_file_name,
    taken_in,
)
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING

GREEN = (20, 82, 63)
HIDDEN = b"<script>alert(document.domain)</script>"
GPS = {1: "N", 2: (40.0, 25.0, 0.0)}


def picture(form="PNG", size=(8, 4), **options):
    body = BytesIO()
    Image.new("RGB", size, GREEN).save(body, format=form, **options)
    return body.getvalue()


def photograph():
    """A picture that a telephone lying on its side took in Madrid."""
    notes = Image.Exif()
    notes[0x0112] = 6
    notes.get_ifd(0x8825).update(GPS)
    notes[0x010F] = "Acme Camera of Lucia"
    return picture("JPEG", exif=notes)


def png_that_claims(width, height):
    """A PNG of a few hundred bytes whose head speaks of so many pixels."""

    def chunk(kind, content):
        checked = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checked

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def document(**parts):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def fault_of(body, name="plan.pdf"):
    with pytest.raises(FileNotKept) as refused:
        taken_in(name, body)
    return refused.value.fault


@pytest.mark.parametrize(
    "body",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b'<svg><image xlink:href="http://169.254.169.254/latest/meta-data/"/></svg>',
        b"\xef\xbb\xbf  <SVG onload=alert(1)>",
    ],
)
def test_u07_a_drawing_that_can_run_things_is_not_kept(body):
    assert fault_of(body, "avatar.png") is FileFault.WRONG_KIND


def test_u07_it_is_answered_as_a_wrong_kind_of_file():
    assert WrongFile("no", fault=FileFault.WRONG_KIND).status == 415
    assert WrongFile("no", fault=FileFault.TOO_MANY_PIXELS).status == 413


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (picture() + HIDDEN, "plan.html.png"),
        (picture("GIF") + b"PK\x03\x04" + HIDDEN, "plan.gif"),
        (picture("PNG", pnginfo=None) + document(evil=HIDDEN), "plan.png"),
        (picture("JPEG", comment=HIDDEN), "plan.jpg"),
    ],
)
def test_u08_nothing_is_left_of_what_hid_in_a_picture(body, name):
    kept = taken_in(name, body)

    assert HIDDEN not in kept.body
    assert b"PK\x03\x04" not in kept.body
    with Image.open(BytesIO(kept.body)) as shown:
        assert shown.size == (8, 4)


def test_u08_a_photograph_tells_no_place_and_no_person_and_stands_upright():
    kept = taken_in("photo.jpg", photograph())

    with Image.open(BytesIO(kept.body)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (4, 8))
        assert dict(shown.getexif()) == {}
    assert b"Lucia" in photograph()
    assert b"Lucia" not in kept.body


@pytest.mark.parametrize(("width", "height"), [(65_000, 65_000), (10_000, 9_000), (8_000, 7_000)])
def test_u08_a_picture_of_too_many_pixels_is_not_opened(width, height):
    assert fault_of(png_that_claims(width, height), "small.png") is FileFault.TOO_MANY_PIXELS


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_u08_of_a_moving_picture_the_first_frame_stays(form):
    frames = [Image.new("RGB", (8, 4), (step * 20, 0, 0)) for step in range(10)]
    moving = BytesIO()
    frames[0].save(moving, format=form, save_all=True, append_images=frames[1:])

    kept = taken_in("moving", moving.getvalue())

    with Image.open(BytesIO(kept.body)) as shown:
        assert getattr(shown, "n_frames", 1) == 1
        assert shown.convert("RGB").getpixel((0, 0)) == (0, 0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n rest",
        picture()[:40],
        b"\xff\xd8\xff" + b"\x00" * 100,
        b"GIF89a\xff\xff\xff\xff",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    ],
)
def test_a_picture_that_cannot_be_opened_is_not_kept(body):
    assert fault_of(body) is FileFault.BROKEN_PICTURE


def test_what_shines_through_a_picture_still_does():
    seen = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(seen, format="WEBP", lossless=True)

    kept = taken_in("logo.webp", seen.getvalue())

    with Image.open(BytesIO(kept.body)) as shown:
        assert (shown.format, shown.mode, kept.name) == ("PNG", "RGBA", "logo.webp.png")
        pixel = shown.getpixel((0, 0))
        assert isinstance(pixel, tuple)
        assert pixel[3] == 0


def test_a_document_that_unpacks_to_something_enormous_is_not_kept():
    packed = bytearray(document(big="x"))
    place = packed.index(b"PK\x01\x02", packed.index(b"PK\x01\x02") + 4)
    packed[place + 24 : place + 28] = struct.pack("<I", MOST_UNPACKED_BYTES + 1)

    assert fault_of(bytes(packed)) is FileFault.PACKED_TOO_DENSELY


def test_a_document_of_too_many_parts_is_not_kept():
    parts = {f"part{number}": "" for number in range(MOST_PACKED_PARTS)}

    assert fault_of(document(**parts)) is FileFault.PACKED_TOO_DENSELY


@pytest.mark.parametrize("part", ["word__vbaProject.bin", "invoice.exe", "word__RUN.JS"])
def test_a_document_with_a_program_in_it_is_not_kept(part):
    assert fault_of(document(**{part: "x"})) is FileFault.WRONG_KIND


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"x" * (LARGEST_FILE + 1), FileFault.TOO_LARGE),
        (b"PK\x03\x04 but no document", FileFault.WRONG_KIND),
        (b"\x78\x9f\x3e\x22\x01\x00", FileFault.WRONG_KIND),
        (b"MZ\x90\x00\x03", FileFault.WRONG_KIND),
    ],
)
def test_what_is_not_kept_says_why(body, fault):
    assert fault_of(body) is fault


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x", "x.txt"),
        ("..\\..\\x.txt", "x.txt"),
        ("a\r\nX: y", "aX y.txt"),
        ("con.txt", "file con.txt"),
        ("LPT1", "file LPT1.txt"),
        ("n" * 300 + ".txt", "n" * 196 + ".txt"),
        ("a\x00b.txt", "ab.txt"),
        ("plan.html", "plan.html.txt"),
        ("\u202etxt.exe", "txt.exe.txt"),
        ("...", "file.txt"),
        ("", "file.txt"),
        ("Año nuevo (1).csv", "Año nuevo (1).csv"),
    ],
)
def test_u09_a_name_is_only_a_name(name, kept):
    assert taken_in(name, b"some words").name == kept


def test_u09_the_ending_says_what_the_file_is():
    assert safe_file_name("evil.exe", media_type="application/pdf") == "evil.exe.pdf"
    assert safe_file_name("photo.JPEG", media_type="image/jpeg") == "photo.JPEG"


@pytest.mark.django_db
def test_u09_the_file_lies_under_a_random_name_outside_of_what_is_served(acme, settings):
    account = an_account(acme)
    name = "../../a\r\nX: y.pdf"

    row = add_file(account, name=name, content=BytesIO(b"%PDF-1.7 x"), by=None, now=MORNING)

    place = place_of_file(row)
    assert place.parent == account_files_folder()
    assert not str(place).startswith(str(settings.STATIC_ROOT))
    assert place.stat().st_mode & 0o777 == 0o600
    with opened_file(row) as content:
        assert content.read() == b"%PDF-1.7 x"


@pytest.mark.django_db
def test_what_is_not_kept_leaves_nothing_behind(acme):
    account = an_account(acme)
    before = set(account_files_folder().glob("*")) if account_files_folder().exists() else set()

    with pytest.raises(WrongFile):
        add_file(account, name="x", content=BytesIO(b"<svg/>"), by=None, now=MORNING)

    after = set(account_files_folder().glob("*")) if account_files_folder().exists() else set()
    assert after == before
    assert AccountFile.objects.of(acme.workspace).count() == 0
