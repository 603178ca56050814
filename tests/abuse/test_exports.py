"""What leaves as a file: only to who asked, in pieces, and never as a formula (M12, M13, M14)."""

import csv
import io
import tracemalloc
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from vereda.customers.testing import an_account
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db

EXPORT = "/w/acme/accounts/export/"
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "%0A=1+1", "|cmd",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    '"=1+1', "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\")",
]  # fmt: skip
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")


@pytest.fixture
def exported(acme, client_of):
    """The export as bytes, of accounts whose next steps are formulas."""
    for number, formula in enumerate(FORMULAS):
        an_account(acme, name=f"Account {number:02}", next_step=formula)
    client = client_of(acme.member)

    def sent(format):
        answer = client.get(EXPORT, {"format": format, "columns": "next_step"})
        return b"".join(answer.streaming_content)

    return sent


def test_m12_no_cell_of_a_csv_begins_a_formula(exported):
    text = exported("csv").decode("utf-8-sig")
    delimiter = csv.Sniffer().sniff(text.splitlines()[0], ";,").delimiter
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]

    assert sum("1+1" in cell for cell in cells) >= 7
    assert [cell for cell in cells if cell.lstrip(" ").startswith(STARTS_A_FORMULA)] == []


def test_m12_two_readers_find_no_formula_in_a_workbook(exported):
    """The parts of the file as they are written, and calamine (Rust), which reads what is shown."""
    content = exported("xlsx")
    with ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
        links = [
            name for name in parts.namelist() if "externalLink" in name or "_rels/sheet" in name
        ]
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    texts = [cell for row in read for cell in row if isinstance(cell, str)]

    assert len(sheets) == 1
    assert [tag for tag in (b"<f>", b"<f ", b"<hyperlink") if tag in sheets[0]] == []
    assert links == []
    assert sum("1+1" in text for text in texts) >= 7


def peak_of(client):
    """The most memory that one export took, and how many bytes it sent."""
    tracemalloc.start()
    answer = client.get(EXPORT)
    size = sum(len(part) for part in answer.streaming_content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, size


def test_m13_ten_times_the_rows_take_the_same_memory(acme, client_of):
    client = client_of(acme.member)
    for number in range(250):
        an_account(acme, name=f"Account {number:05}", next_step="x" * 300)
    peak_of(client)
    few, _size = peak_of(client)
    for number in range(250, 2_000):
        an_account(acme, name=f"Account {number:05}", next_step="x" * 300)

    many, size = peak_of(client)

    assert size > 600_000
    assert many < few * 2


def test_m13_every_export_says_in_the_audit_log_who_took_it(acme, client_of):
    an_account(acme)

    b"".join(client_of(acme.member).get(EXPORT, {"q": "a"}).streaming_content)

    line = AuditLine.objects.of(acme.workspace).get(verb="exported")
    assert (line.by, line.details["query"]) == (acme.member, "q=a")


def test_m14_who_may_not_export_gets_no_byte(acme, globex, client_of):
    an_account(acme, name="Secret")

    answers = [client_of(one).get(EXPORT) for one in (acme.viewer, globex.owner)]

    assert [answer.status_code for answer in answers] == [403, 404]
    assert [b"Secret" in answer.content for answer in answers] == [False, False]
