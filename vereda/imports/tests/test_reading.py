import csv
import gzip
import io
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from vereda.imports.contracts import DateOrder, FileRefused, Formats
from vereda.imports.reading import delimited, intake, sheets
from vereda.imports.reading.delimited import columns_in, rows_in
from vereda.imports.reading.encodings import check_encoding, detected_encoding
from vereda.imports.reading.intake import take_in
from vereda.imports.reading.looking import look_at


def a_file(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def look(path, language="en"):
    return look_at(path, language=language, time_zone="UTC")


def refusal(call, *arguments, **options):
    with pytest.raises(FileRefused) as caught:
        call(*arguments, **options)
    return caught.value.problem


def read(path, **formats):
    return list(rows_in(path, Formats(**formats)))


def taken(tmp_path, content):
    return take_in([content], folder=tmp_path / "home", name="file")


def test_the_traps_of_a_spanish_excel_are_seen(tmp_path):
    rows = "".join(f"Peña {n};{n}.234,56;{n + 10}/12/2026;?;sí\r\n" for n in range(1, 9))
    path = a_file(tmp_path, "Nombre;Importe;Fecha;Código;Activo\r\n" + rows, "cp1252")

    found = look(path, "es").formats

    assert (found.encoding, found.delimiter, found.decimal) == ("windows-1252", ";", ",")
    assert (found.dates, found.missing, found.header_line) == (DateOrder.DAY_FIRST, ("?",), 1)


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "windows-1252")],
)  # fmt: skip
def test_m03_encodings_are_detected(tmp_path, written, found):
    path = a_file(tmp_path, "nombre,país\nNúñez,España\n" * 20, written)

    assert detected_encoding(path) == found
    assert columns_in(path, Formats(encoding=found)) == ("nombre", "país")


def test_m03_latin_1_that_claims_to_be_utf_8_is_refused_with_its_line(tmp_path):
    path = a_file(tmp_path, "a,b\n1,2\nñ,3\n", "latin-1")

    problem = refusal(check_encoding, path, "utf-8")

    assert (problem.code, problem.details["line"]) == ("wrong_encoding", "3")
    assert refusal(read, path, encoding="utf-8").code == "wrong_encoding"


@pytest.mark.parametrize(
    "content",
    ["a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\r\n3,4\r", "a,b\n\n1,2\n , \n3,4\n\x1a",
     "a,b\n1\0,2\n3,4\n", "\ufeffa,b\n1,2\n3,4", "sep=,\na,b\n1,2\n3,4\n"],
)  # fmt: skip
def test_m03_newlines_blank_rows_nul_and_marks_do_not_matter(tmp_path, content):
    path = a_file(tmp_path, content)
    formats = look(path).formats

    assert columns_in(path, formats) == ("a", "b")
    assert [row.cells for row in rows_in(path, formats)] == [("1", "2"), ("3", "4")]


def test_m01_a_cell_that_is_too_long_is_its_rows_problem(tmp_path):
    path = a_file(tmp_path, f"a,b\n1,{'x' * 200_000}\n2,y\n")

    long, fine = read(path)

    assert (long.line, long.problem.code) == (2, "cell_too_long")
    assert (fine.line, fine.cells, fine.problem) == (3, ("2", "y"), None)


@pytest.mark.parametrize("rest", ["3,4\n" * 5, "3,4\n" * 100_000])
def test_m02_an_open_quote_names_its_line_and_swallows_nothing(tmp_path, rest):
    path = a_file(tmp_path, f'a,b\n1,2\n"open,2\n{rest}')

    problem = refusal(read, path)

    assert (problem.code, problem.details["line"]) == ("open_quote", "3")


def test_quoted_cells_may_hold_anything_and_lines_stay_right(tmp_path):
    path = a_file(tmp_path, 'a,b\n"two\nlines, ""said"" he",2\n"x"y,3\n4,5\n')

    rows = read(path)

    assert rows[0].cells == ('two\nlines, "said" he', "2")
    assert (rows[1].line, rows[1].problem.code) == (4, "text_after_quote")
    assert (rows[2].line, rows[2].cells) == (5, ("4", "5"))


def test_m04_ragged_rows_are_their_own_problem(tmp_path):
    rows = read(a_file(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n"))

    assert [row.problem and row.problem.code for row in rows] == [
        "ragged_row",
        "ragged_row",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty_file"), ("\n\n", "empty_file"), ("a,b\n", "no_rows"),
     ("a,A,a\n1,2,3\n", "duplicate_header"), (",".join(f"c{n}" for n in range(10_000)) + "\n1\n",
     "too_many_columns"), ("x" * 10_240 + ",b\n1,2\n", "header_too_long")],
)  # fmt: skip
def test_m04_headers_that_cannot_be_used_are_refused(tmp_path, content, code):
    assert refusal(look, a_file(tmp_path, content)).code == code


def test_a_title_above_the_table_is_not_the_header(tmp_path):
    path = a_file(tmp_path, "Informe de clientes;;\n\nid;nombre;alta\n1;A;2026-01-02\n2;B;\n")

    found = look(path)

    assert (found.formats.header_line, found.columns) == (3, ("id", "nombre", "alta"))
    assert found.rows == 2


def test_dates_that_could_be_either_are_a_doubt(tmp_path):
    path = a_file(tmp_path, "id,on\n1,03/04/2026\n2,05/06/2026\n")

    english, spanish = look(path, "en"), look(path, "es")

    assert (english.formats.dates, spanish.formats.dates) == (
        DateOrder.MONTH_FIRST,
        DateOrder.DAY_FIRST,
    )
    assert [doubt.code for doubt in english.doubts] == ["ambiguous_dates"]


def test_one_late_row_decides_the_order_of_dates(tmp_path):
    rows = [f"{n},03/04/2026\n" for n in range(1500)]
    rows[1200] = "1200,25/04/2026\n"
    path = a_file(tmp_path, "id,on\n" + "".join(rows))

    found = look(path, "en")

    assert (found.formats.dates, found.doubts) == (DateOrder.DAY_FIRST, ())


def test_a_dash_is_missing_beside_numbers_and_a_value_beside_words(tmp_path):
    path = a_file(tmp_path, "n,country\n1,NA\n-,ES\n3,PT\n")

    assert look(path).formats.missing == ("-",)


def test_m05_too_many_bytes_are_refused_and_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "UPLOAD_BYTES", 1000)

    assert refusal(taken, tmp_path, b"a,b\n" * 1000).code == "file_too_big"
    assert list((tmp_path / "home").iterdir()) == []


def test_m05_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "ROWS", 3)

    assert refusal(read, a_file(tmp_path, "a,b\n" + "1,2\n" * 4)).code == "too_many_rows"


def test_compressed_text_is_read_and_bombs_are_not(tmp_path, monkeypatch):
    packed = gzip.compress(b"a,b\n1,2\n" * 1000)

    assert taken(tmp_path, packed).text.read_bytes().startswith(b"a,b\n1,2\n")
    monkeypatch.setattr(intake, "UNPACKED_BYTES", 2000)
    assert refusal(taken, tmp_path / "2", packed).code == "unpacked_too_big"
    assert refusal(taken, tmp_path / "3", packed[:-9]).code == "broken_gzip"


def a_workbook(path, rows):
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet("empty")
        page = book.add_worksheet("data")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path.read_bytes()


def test_a_workbook_is_read_without_guessing(tmp_path):
    rows = [["id", "price", "live", "text"], [28001, 1234.567, True, "1.234,56"]]

    found = taken(tmp_path, a_workbook(tmp_path / "x.xlsx", rows))

    assert found.sheet == "data"
    assert list(csv.reader(io.StringIO(found.text.read_text()))) == [
        ["id", "price", "live", "text"],
        ["28001", "1234.567", "TRUE", "1.234,56"],
    ]


def a_zip(entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'


@pytest.mark.parametrize(
    "content",
    [
        lambda: a_zip([("xl/sharedStrings.xml", b"\0" * (300 << 20))]),
        lambda: a_zip([("xl/sharedStrings.xml", b"\0" * (50 << 20))]),
        lambda: a_zip([(f"x{n}", b"") for n in range(1_001)]),
        lambda: a_zip([("xl/embedded.zip", a_zip([("x", b"y")]))]),
        lambda: a_zip([("../../evil.xml", b"<x/>")]),
        lambda: a_zip([("xl/workbook.xml", LAUGHS), ("xl/sharedStrings.xml", LAUGHS)]),
        lambda: b"PK\x03\x04 this is no zip",
        lambda: b"\xd0\xcf\x11\xe0old excel",
    ],
    ids=["huge", "ratio", "entries", "nested", "path", "laughs", "broken", "old"],
)
def test_m06_workbooks_that_are_traps_are_refused_cheaply(tmp_path, content):
    trap = content()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    problem = refusal(taken, tmp_path, trap)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert problem.code in {"workbook_too_big", "workbook_bomb", "workbook_entries",
                            "broken_workbook", "empty_file", "old_excel"}  # fmt: skip
    assert grown < 50 * 1024
    assert list((tmp_path / "home").iterdir()) == []
    assert not (tmp_path / "evil.xml").exists()


def test_m06_a_size_that_lies_is_found_out(tmp_path):
    honest = a_zip([("xl/sharedStrings.xml", b"x" * 5_000)])
    lying = honest.replace((5_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest

    assert refusal(taken, tmp_path, lying).code == "broken_workbook"


MILLION = """
import resource, sys
from pathlib import Path
from vereda.imports.reading.looking import look_at
from vereda.imports.reading.delimited import rows_in
path = Path(sys.argv[1])
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = peak()
found = look_at(path, language="en", time_zone="UTC")
count = sum(1 for _ in rows_in(path, found.formats))
print(count, found.rows, (peak() - start) // 1024)
"""


@pytest.mark.slow
def test_m05_a_million_rows_are_read_in_bounded_memory(tmp_path):
    path = tmp_path / "million.csv"
    with path.open("w") as file:
        file.write("id,name,price,on\n")
        for number in range(1_000_000):
            file.write(f"{number},Name {number},{number}.50,2026-01-{number % 28 + 1:02}\n")

    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", MILLION, str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(sheets.__file__).parents[3],
    )

    rows, counted, grown = map(int, run.stdout.split())
    assert (rows, counted) == (1_000_000, 1_000_000)
    assert grown < 40
