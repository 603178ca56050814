import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from vereda.foundation.tasks import run_waiting_tasks
from vereda.imports.contracts import State
from vereda.imports.models import Import
from vereda.imports.testing import all_things

FILE = (
    "código;nombre;precio;tamaño;activo\nA;Peña;1.234,56;grande;sí\nB;=1+1;2,00;enorme;no\n"
).encode("cp1252")


def at(page, run):
    return reverse(f"imports:{page}", kwargs={"workspace": run.workspace.slug, "key": run.key})


def uploaded(client, workspace, content=FILE, name="cosas.csv"):
    url = reverse("imports:upload", kwargs={"workspace": workspace.slug})
    file = SimpleUploadedFile(name, content)
    answer = client.post(url, {"kind": "things", "file": file})
    assert answer.status_code == 303, answer.content.decode()
    return Import.objects.of(workspace).order_by("-number").first()


def suggested(client, run):
    page = client.get(at("columns", run))
    said = {}
    for line in page.context["lines"]:
        said[f"to-{line['number']}"] = line["to"]
    return said


def test_the_wizard_from_upload_to_undo_without_script(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    assert "windows-1252" in client.get(at("file", run)).content.decode()

    client.post(at("identity", run), {"identity": "code"})
    said = suggested(client, run)
    assert said == {"to-0": "code", "to-1": "name", "to-2": "price", "to-3": "size", "to-4": "live"}
    assert client.post(at("columns", run), said).headers["Location"] == at("review", run)
    run_waiting_tasks()

    review = client.get(at("review", run))
    assert [group["code"] for group in review.context["groups"]] == ["unknown_choice"]
    repair = {"column": "tamaño", "act": "words", "word": "enorme", "meaning": "big"}
    client.post(at("repair", run), repair)
    run_waiting_tasks()
    assert client.get(at("review", run)).context["groups"] == []
    assert "1234.56" in client.get(at("show", run)).content.decode()

    client.post(at("run", run))
    run_waiting_tasks()
    assert client.get(at("show", run)).context["run"].state == State.DONE
    assert all_things(acme.workspace) == {
        "A": {"code": "A", "name": "Peña", "price": "1234.56", "size": "big", "live": True},
        "B": {"code": "B", "name": "=1+1", "price": "2", "size": "big", "live": False},
    }

    client.post(at("undo", run))
    run_waiting_tasks()
    assert client.get(at("show", run)).context["run"].state == State.UNDONE
    assert all_things(acme.workspace) == {}


def test_a_second_file_with_these_columns_is_one_click(acme, client_of):
    client = client_of(acme.member)
    first = uploaded(client, acme.workspace)
    client.post(at("identity", first), {"identity": "code"})
    client.post(at("columns", first), suggested(client, first) | {"values-3": "enorme = big"})
    run_waiting_tasks()
    client.post(at("run", first))
    run_waiting_tasks()

    second = uploaded(client, acme.workspace)
    client.post(at("reuse", second))
    run_waiting_tasks()

    second.refresh_from_db()
    assert (second.state, second.checked["counts"]) == (State.CHECKED, {"unchanged": 2})


def test_pasted_cells_are_a_file(acme, client_of):
    client = client_of(acme.member)
    url = reverse("imports:upload", kwargs={"workspace": "acme"})

    client.post(url, {"kind": "things", "pasted": "code\tname\nA\tAnna\n"})

    assert Import.objects.of(acme.workspace).get().detected["formats"]["delimiter"] == "\t"


def test_formats_are_the_persons_to_correct(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    initial = client.get(at("file", run)).context["form"].initial

    client.post(at("file", run), initial | {"dates": "mdy", "missing": "? -"})

    run.refresh_from_db()
    assert run.detected["formats"]["dates"] == "mdy"
    assert run.detected["formats"]["missing"] == ["?", "-"]


def test_a_wrong_encoding_is_refused_with_its_line(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    initial = client.get(at("file", run)).context["form"].initial

    answer = client.post(at("file", run), initial | {"encoding": "utf-8"})

    assert answer.status_code == 422
    assert "Line 1 is not written in utf-8" in answer.content.decode()


def test_rejected_rows_come_back_with_their_reasons(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    client.post(at("identity", run), {"identity": "code"})
    client.post(at("columns", run), suggested(client, run))
    run_waiting_tasks()
    client.post(at("run", run))
    run_waiting_tasks()

    body = b"".join(client.get(at("rejected", run)).streaming_content).decode("utf-8-sig")

    header, row = list(csv.reader(io.StringIO(body)))
    assert header == ["código", "nombre", "precio", "tamaño", "activo", "Line", "Reason"]
    assert row[:6] == ["B", "'=1+1", "2,00", "enorme", "no", "3"]
    assert row[6].startswith("tamaño: “enorme” is not one of: big, small.")


def test_the_mapping_leaves_and_returns_as_a_file(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    client.post(at("identity", run), {"identity": "code"})
    said = suggested(client, run) | {"values-3": "enorme = big", "constant-seats": "7"}
    client.post(at("columns", run), said)
    run_waiting_tasks()
    text = client.get(at("mapping_file", run)).content
    run.refresh_from_db()

    other = uploaded(client, acme.workspace)
    client.post(at("mapping_file", other), {"file": SimpleUploadedFile("m.toml", text)})

    other.refresh_from_db()
    assert other.mapping == run.mapping


def test_progress_is_a_fragment_until_it_is_over(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace)
    client.post(at("identity", run), {"identity": "code"})
    client.post(at("columns", run), suggested(client, run))
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}

    working = client.get(at("review", run), headers=htmx).content.decode()
    run_waiting_tasks()
    over = client.get(at("review", run), headers=htmx)

    assert 'hx-trigger="every 1s"' in working
    assert "<html" not in working
    assert over.headers["HX-Redirect"] == at("review", run)


def test_a_viewer_sees_the_list_but_no_rows(acme, client_of):
    run = uploaded(client_of(acme.member), acme.workspace)
    viewer = client_of(acme.viewer)

    assert viewer.get(reverse("imports:list", kwargs={"workspace": "acme"})).status_code == 200
    assert viewer.get(at("show", run)).status_code == 200
    for page in ("file", "columns", "review", "rejected", "mapping_file"):
        assert viewer.get(at(page, run)).status_code == 403
    assert viewer.post(at("run", run)).status_code == 403


@pytest.mark.parametrize("page", ["show", "file", "review", "rejected", "mapping_file"])
def test_m14_an_import_of_another_workspace_is_not_there(acme, globex, client_of, page):
    run = uploaded(client_of(globex.owner), globex.workspace)
    stranger = client_of(acme.owner)

    theirs = stranger.get(at(page, run))
    ours = stranger.get(at(page, run).replace("/globex/", "/acme/"))

    assert (theirs.status_code, ours.status_code) == (404, 404)


def test_m05_a_file_that_is_too_large_is_413(acme, client_of, monkeypatch):
    monkeypatch.setattr("vereda.imports.uploads.UPLOAD_BYTES", 100_000)
    client = client_of(acme.member)
    url = reverse("imports:upload", kwargs={"workspace": "acme"})
    body = SimpleUploadedFile("big.csv", b"code,name\n" + b"A,B\n" * 50_000)

    answer = client.post(url, {"kind": "things", "file": body})

    assert answer.status_code == 413
    assert "larger than 200 MB" in answer.content.decode()
    assert not Import.objects.of(acme.workspace).exists()


def test_what_a_column_of_passwords_holds_is_never_shown(acme, client_of):
    client = client_of(acme.member)
    run = uploaded(client, acme.workspace, b"code;password\nA;hunter2\n")

    page = client.get(at("file", run)).content.decode()

    assert "hunter2" not in page
    assert "Never imported" in page
    assert "empty in the rows looked at" not in page
