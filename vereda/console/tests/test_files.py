from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vereda.customers.models.files import AccountFile
from vereda.customers.rules.attachments import bare_file_name
from vereda.customers.testing import an_account

PDF = b"%PDF-1.7\nthe plan"


@pytest.fixture
def client(acme, client_of):
    return client_of(acme.member)


@pytest.fixture
def cantera(acme):
    return an_account(acme)


def upload(client, account, content, name="plan.pdf", media_type="application/pdf"):
    sent = SimpleUploadedFile(name, content, media_type)
    return client.post(f"/w/acme/accounts/{account.key}/files/add/", {"file": sent})


def document(*parts):
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return packed.getvalue()


def test_a_file_comes_back_as_it_was_and_as_an_attachment(acme, cantera, client):
    added = upload(client, cantera, PDF)
    row = AccountFile.objects.of(acme.workspace).get()

    got = client.get(f"/w/acme/accounts/{cantera.key}/files/{row.pk}/")

    assert added.status_code == 303
    assert b"".join(got.streaming_content) == PDF
    assert got.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg onload=alert(1)>",
        b"plain at first <SCRIPT>alert(1)</SCRIPT>",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04 but not a document",
        document("evil.exe"),
    ],
)
def test_what_is_not_on_the_list_is_not_kept(acme, cantera, client, content):
    refused = upload(client, cantera, content, name="plan.pdf")

    assert refused.status_code == (415 if content else 422)
    assert AccountFile.objects.of(acme.workspace).count() == 0


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        ("Notes: café, 10 €\n".encode(), "text/plain"),
        (
            document("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            document("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_what_it_is_is_told_from_its_bytes(acme, cantera, client, content, media_type):
    upload(client, cantera, content, name="whatever.html", media_type="text/html")

    assert AccountFile.objects.of(acme.workspace).get().media_type == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\plan.pdf", "plan.pdf"), ('a"b\r\nc.pdf', "abc.pdf")],
)
def test_a_name_is_only_a_name(acme, cantera, client, name, kept):
    assert bare_file_name(name) == kept


def test_it_can_be_removed_by_members_and_fetched_by_nobody_else(
    acme, globex, cantera, client, client_of, django_capture_on_commit_callbacks
):
    upload(client, cantera, PDF)
    row = AccountFile.objects.of(acme.workspace).get()
    url = f"/w/acme/accounts/{cantera.key}/files/{row.pk}/"

    stranger = client_of(globex.owner).get(url)
    viewer = client_of(acme.viewer).post(f"{url}remove/")
    with django_capture_on_commit_callbacks(execute=True):
        removed = client.post(f"{url}remove/")

    assert [stranger.status_code, viewer.status_code, removed.status_code] == [404, 403, 303]
    assert client.get(url).status_code == 404


def test_a_file_of_another_account_is_not_found_here(acme, cantera, client):
    other = an_account(acme, name="Other")
    upload(client, cantera, PDF)
    row = AccountFile.objects.of(acme.workspace).get()

    assert client.get(f"/w/acme/accounts/{other.key}/files/{row.pk}/").status_code == 404
