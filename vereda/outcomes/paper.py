"""The value report as a PDF, in the language that is active.

Letters: Source Sans Pro (SIL OFL 1.1) is embedded and draws Latin, Greek, Cyrillic and Vietnamese;
Chinese, Japanese and Korean use the typefaces that every reader of PDF brings (Adobe's CID fonts,
not embedded). What neither draws, such as Arabic or Hebrew, stands as a lozenge, and the last page
says so: the page in the browser has all letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from vereda.foundation.wording import day_words, number_words, percent_words
from vereda.outcomes.contracts import ExpectationStep
from vereda.outcomes.telling import (
    amendment_sentence,
    gap_sentence,
    measured_sentence,
    promise_sentence,
    standing_sentence,
    verdict_words,
)
from vereda.outcomes.wording import (
    EXPECTATIONS,
    STATES,
    STEPS,
    WHY_NOT,
    WORTHS,
    amount_words,
)

if TYPE_CHECKING:
    from vereda.outcomes.queries.outcomes import OutcomeView
    from vereda.outcomes.queries.reports import ValueReport
    from vereda.workspaces.models import Workspace

REGULAR: Final = "SourceSansPro"
BOLD: Final = "SourceSansPro-Bold"
BOX: Final = "◊"
MARGIN: Final = 18 * mm
QUIET: Final = colors.HexColor("#565f5c")
INK: Final = colors.HexColor("#16201d")
RULE: Final = colors.HexColor("#c9d1ce")
EAST: Final = (
    ("HeiseiKakuGo-W5", ((0x3040, 0x30FF),)),
    ("HYGothic-Medium", ((0x1100, 0x11FF), (0xAC00, 0xD7AF))),
    ("STSong-Light", ((0x2E80, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))),
)
"""Which of Adobe's typefaces draws which letters: kana, hangul, ideographs."""


def report_paper(report: ValueReport, *, workspace: Workspace) -> bytes:
    """The report as the customer reads it."""
    paper = _Paper()
    story = [*_headline(paper, report, workspace=workspace), *_money(paper, report)]
    story += _benefits(paper, report)
    story += _others(paper, report)
    if paper.missing:
        words = _(
            "A lozenge (%s) stands for letters that this file cannot draw; the page has them."
        )
        story += [Spacer(1, 6 * mm), paper.text(words % BOX, "small")]
    body = BytesIO()
    document = SimpleDocTemplate(
        body,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=_("Value report: %s") % report.account.name,
        author=workspace.name,
        lang=get_language() or "en",
        invariant=True,
    )
    document.build(story, onFirstPage=_footer(paper, report), onLaterPages=_footer(paper, report))
    return body.getvalue()


# --- Its parts --------------------------------------------------------------------


def _headline(paper: _Paper, report: ValueReport, *, workspace: Workspace) -> Iterator[Flowable]:
    counts = report.counts
    yield paper.text(workspace.name, "small")
    yield paper.text(_("Value report: %s") % report.account.name, "title")
    yield paper.text(_("As of %s") % day_words(report.until), "small")
    yield Spacer(1, 4 * mm)
    yield paper.text(str(WORTHS[report.worth]), "lead")
    figures = [
        (_("Promised"), counts.promised),
        (_("Verified"), counts.verified),
        (_("Confirmed by the customer"), counts.confirmed),
        (_("Not verified"), counts.not_verified),
        (pgettext("promised benefits", "Open"), counts.open),
    ]
    yield paper.table(
        [[label for label, _count in figures], [number_words(count) for _label, count in figures]]
    )
    if report.bridged is not None:
        yield paper.text(
            _("Of the value gap, %s is bridged on average.") % percent_words(report.bridged)
        )
    for reason, count in report.why_not.items():
        yield paper.text(f"{WHY_NOT[reason]}: {number_words(count)}")


def _money(paper: _Paper, report: ValueReport) -> Iterator[Flowable]:
    money = report.money
    if not money.currencies:
        return
    paid = _("What it gained, and what it costs")
    yield paper.text(paid if money.cost_a_year else _("What it gained"), "heading")
    columns = [(_("Verified a year"), money.proven_a_year), (_("Verified once"), money.proven_once)]
    if money.cost_a_year:
        columns.append((_("Costs a year"), money.cost_a_year))
    sums = [column for _label, column in columns]
    rows = [[_("Currency"), *(label for label, _column in columns)]]
    rows += [
        [currency, *(_sum_words(each.get(currency), currency) for each in sums)]
        for currency in money.currencies
    ]
    yield paper.table(rows)
    claimed = [
        *(amount_words(value, each) for each, value in money.claimed_a_year.items()),
        *(amount_words(value, each) for each, value in money.claimed_once.items()),
    ]
    if claimed:
        yield paper.text(
            _("Measured, but not verified, so not counted: %s.") % ", ".join(claimed), "small"
        )


def _sum_words(value: Any, currency: str) -> str:
    return "-" if value is None else amount_words(value, currency)


def _benefits(paper: _Paper, report: ValueReport) -> Iterator[Flowable]:
    if report.views:
        yield paper.text(_("What was promised, and what came of it"), "heading")
    for view in report.views:
        yield KeepTogether(list(_benefit(paper, report, view)))


def _benefit(paper: _Paper, report: ValueReport, view: OutcomeView) -> Iterator[Flowable]:
    row = view.outcome
    yield paper.text(f"{row.key} · {row.benefit}", "strong")
    yield paper.text(f"{STATES[view.state]}. {promise_sentence(row)}")
    if row.why:
        yield paper.text(_("Why: %s") % row.why)
    for amendment in report.amendments.get(row.pk, ()):
        yield paper.text(amendment_sentence(row, amendment), "small")
    yield from _proof(paper, view)
    yield Spacer(1, 3 * mm)


def _proof(paper: _Paper, view: OutcomeView) -> Iterator[Flowable]:
    if view.last is not None:
        yield paper.text(_("Last measured: %s.") % measured_sentence(view.outcome, view.last))
    words = [view.last.words if view.last else "", standing_sentence(view), gap_sentence(view)]
    said = [verdict_words(each) for each in (view.ours, view.theirs) if each is not None]
    for sentence in (*words, *said):
        if sentence:
            yield paper.text(sentence)


def _others(paper: _Paper, report: ValueReport) -> Iterator[Flowable]:
    if report.dropped:
        yield paper.text(_("No longer pursued"), "heading")
        for view in report.dropped:
            row = view.outcome
            yield paper.text(f"{row.key} · {row.benefit}. {row.dropped_because}")
    if report.expectations:
        yield paper.text(_("What you were told to expect"), "heading")
        for each in report.expectations:
            state = EXPECTATIONS[each.state_on(report.until)]
            step = STEPS[ExpectationStep(each.step)]
            yield paper.text(f"{day_words(each.set_on)} · {step} · {state}: {each.words}")


def _footer(paper: _Paper, report: ValueReport) -> Any:
    name = paper.drawable(report.account.name)

    def drawn(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, MARGIN / 2, f"{name} · {day_words(report.until)}")
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, number_words(document.page))
        canvas.restoreState()

    return drawn


# --- Letters ----------------------------------------------------------------------


class _Paper:
    """Paragraphs and tables in our typefaces; remembers whether a letter could not be drawn."""

    def __init__(self) -> None:
        self.letters = typefaces()
        self.missing = False

    def text(self, words: str, style: str = "body") -> Paragraph:
        """A paragraph."""
        return Paragraph(self.marked(words), STYLES[style])

    def table(self, rows: Sequence[Sequence[str]]) -> Table:
        """A table whose first row says what the columns are."""
        head, *rest = rows
        cells: list[list[Paragraph]] = [[self.text(word, "small") for word in head]]
        cells += [[self.text(word, "strong") for word in row] for row in rest]
        table = Table(cells, hAlign="LEFT", spaceBefore=2 * mm, spaceAfter=2 * mm)
        table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, 0), 0.5, RULE)]))
        return table

    def marked(self, words: str) -> str:
        """Words as reportlab's markup, each stretch in a typeface that can draw it."""
        stretches = groupby(words, key=self._typeface_of)
        return "".join(self._stretch(face, "".join(letters)) for face, letters in stretches)

    def drawable(self, words: str) -> str:
        """Words in our own typeface alone."""
        return "".join(letter if ord(letter) in self.letters else BOX for letter in words)

    def _typeface_of(self, letter: str) -> str:
        if ord(letter) in self.letters or letter.isspace():
            return REGULAR
        for face, spans in EAST:
            if any(low <= ord(letter) <= high for low, high in spans):
                return face
        return ""

    def _stretch(self, face: str, words: str) -> str:
        if not face:
            self.missing = True
            return BOX * len(words)
        if face == REGULAR:
            return escape(words).replace("\n", "<br/>")
        return f'<font name="{face}">{escape(words)}</font>'


@cache
def typefaces() -> frozenset[int]:
    """Make the typefaces known to reportlab, once; the letters that ours draws."""
    face = _typeface(REGULAR, "SourceSansPro-Regular.ttf")
    _typeface(BOLD, "SourceSansPro-Semibold.ttf")
    for name, _spans in EAST:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(face.face.charToGlyph)


def _typeface(name: str, file: str) -> TTFont:
    with as_file(files("font_source_sans_pro") / "files" / file) as path:
        face = TTFont(name, str(path))
    pdfmetrics.registerFont(face)
    return face


def _styles(plain: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, ParagraphStyle]:
    base = {"fontName": REGULAR, "fontSize": 10, "leading": 13.5, "textColor": INK}
    return {name: ParagraphStyle(name, **{**base, **more}) for name, more in plain}


STYLES: Final = _styles(
    [
        ("body", {}),
        ("small", {"fontSize": 8.5, "leading": 11.5, "textColor": QUIET}),
        ("strong", {"fontName": BOLD}),
        ("lead", {"fontName": BOLD, "fontSize": 13, "leading": 17, "spaceAfter": 6}),
        ("title", {"fontName": BOLD, "fontSize": 20, "leading": 25}),
        (
            "heading",
            {"fontName": BOLD, "fontSize": 13, "leading": 17, "spaceBefore": 12, "spaceAfter": 4},
        ),
    ]
)
