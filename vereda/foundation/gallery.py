"""Every component on one page, for those who build pages and for the browser tests that look at it.

The route exists only when settings.GALLERY is on. The words are examples of a made-up company.
"""

from datetime import UTC, date, datetime, timedelta
from math import sin
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.foundation import charts, graphs, waterfall_charts
from vereda.foundation.access import READING, public_page
from vereda.foundation.shell import Found, FoundGroup, RailLink
from vereda.foundation.templatetags.ui import Tab, WizardStep
from vereda.foundation.wording import compact_money_words

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
THEMES = ("light", "dark")


@public_page(because="it shows components with made-up words", methods=READING)
def gallery(request: HttpRequest) -> HttpResponse:
    """The components; `?theme=light` or `?theme=dark` fixes the theme."""
    if "cell" in request.GET:
        return example_cell(request)
    theme = request.GET.get("theme", "")
    context = {
        **example_frame(),
        **example_charts(),
        "theme": theme if theme in THEMES else "",
        "form": ExampleForm(),
        "refused_form": ExampleForm({"email": "ana@"}),
        "accounts": example_accounts(),
        "tabs": [
            Tab(_("Overview"), "?", current=True),
            Tab(_("Timeline"), "?tab=timeline"),
            Tab(_("People"), "?tab=people", count=4),
            Tab(_("Usage"), "?tab=usage"),
            Tab(_("Money"), "?tab=money"),
        ],
        "steps": [
            WizardStep(_("File"), "done", "?step=1"),
            WizardStep(_("Key"), "done", "?step=2"),
            WizardStep(_("Columns"), "current"),
            WizardStep(_("Review")),
            WizardStep(_("Run")),
        ],
        "facts": [
            (_("Owner"), "Ana Ruiz"),
            (_("Plan"), _("Pro, 24 seats")),
            (_("Sector"), ""),
        ],
        "slice": SimpleNamespace(next="n", previous="p"),
        "now": NOW,
        "today": TODAY,
        "markdown": MARKDOWN,
        "command": COMMAND,
        "palette": example_palette(),
    }
    return render(request, "foundation/gallery.html", context)


MARKDOWN = """**The new warehouse works without a signal** and the app waits. They asked for:

- picking that goes on *offline*
- one list of what is still to be sent

See [the plan](https://example.com/plan), or `vereda sample`.
"""


COMMAND = """curl -u "$WRITE_KEY:" \\
  -d '{"type":"track","event":"Picked"}' \\
  http://127.0.0.1:8000/v1/track"""


def example_cell(request: HttpRequest) -> HttpResponse:
    """A cell that is edited in place: its form, its refusal, or the cell with its new words."""
    stage = request.GET.get("stage", "")
    refused = request.GET["cell"] == "save" and not stage.strip()
    context = {
        "stage": stage,
        "editing": refused or request.GET["cell"] == "edit",
        "refusal": _("A stage needs a name.") if refused else "",
    }
    template = "foundation/gallery_cell.html"
    return render(request, template, context, status=422 if refused else 200)


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As on their invoice."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    renews_on = forms.DateField(
        label=_("Renews"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    stage = forms.ChoiceField(
        label=_("Stage"), choices=[("onboarding", _("Onboarding")), ("adoption", _("Adoption"))]
    )
    tier = forms.ChoiceField(
        label=_("Touch"),
        choices=[("high", _("High")), ("low", _("Low")), ("digital", _("Digital"))],
        widget=forms.RadioSelect,
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"),
        choices=[("pilot", _("Pilot")), ("reference", _("Reference"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea, required=False)
    file = forms.FileField(label=_("File"), required=False)
    notify = forms.BooleanField(label=_("Tell the owner by e-mail"), required=False)


def example_frame() -> dict[str, Any]:
    """A rail and a member, as the context processor would give them."""
    areas = [
        RailLink(_("Today"), "#today", "sunrise", 7),
        RailLink(_("Accounts"), "#accounts", "briefcase", 312, current=True),
        RailLink(_("Events"), "#events", "activity"),
        RailLink(_("Imports"), "#imports", "import"),
        RailLink(_("Reports"), "#reports", "chart-column"),
    ]
    views = [
        RailLink(_("My accounts"), "#mine", "", 42),
        RailLink(_("Renewing in 90 days"), "#renewing", "", 18),
    ]
    workspaces = [RailLink("Acme Logistics", "#acme", current=True), RailLink("Globex", "#globex")]
    return {
        "rail": {
            "areas": areas,
            "bar": areas[:4],
            "lists": [{"label": _("Views"), "links": views}],
            "foot": [RailLink(_("Settings"), "#settings", "settings")],
        },
        "shell": {
            "member": SimpleNamespace(user="Ana Ruiz"),
            "workspace": SimpleNamespace(slug="acme", name="Acme Logistics"),
            "home": "#acme",
            "workspaces": workspaces,
            "shortcuts": [Found(_("Accounts"), "#accounts", keys="g a")],
        },
    }


def example_charts() -> dict[str, Any]:
    """One chart of each kind."""
    days = [TODAY - timedelta(weeks=25 - week) for week in range(26)]
    used = [
        None if week in {9, 10} else round(14 + 5 * sin(week / 5) - week / 6) for week in range(26)
    ]
    scores = [81, 80, 82, 79, 78, 76, 77, 74, 74, 70, 66, 61, 58]
    return {
        "trend": charts.trend(
            list(zip(days, used, strict=True)),
            title=_("People active each week"),
            summary=_("11 of 24 seats; two weeks without data in August."),
            unit=_("people"),
            thresholds=[charts.Threshold(24, _("24 seats"))],
            marks=[charts.Mark(date(2026, 10, 1), _("New warehouse"))],
        ),
        "columns": charts.upright_bars(
            [
                charts.Column(f"{week + 35}", score, "good" if score >= 70 else "watch")
                for week, score in enumerate(scores)
            ],
            title=_("Health by week"),
            high=100,
        ),
        "bars": charts.bars(
            [
                charts.Share(_("Picking"), 812),
                charts.Share(_("Returns"), 240, "2"),
                charts.Share(_("Reports"), 31, "3"),
            ],
            title=_("Uses of each feature in 30 days"),
        ),
        "stacked": charts.stacked_bar(
            [
                charts.Share(_("Healthy"), 23, "good"),
                charts.Share(_("Watch"), 10, "watch"),
                charts.Share(_("At risk"), 5, "risk"),
                charts.Share(_("Unknown"), 4, "unknown"),
            ],
            title=_("My 42 accounts"),
        ),
        "heat": charts.heat_map(
            [
                (_("June"), [1.0, 0.82, 0.74, 0.7, 0.66]),
                (_("July"), [1.0, 0.79, 0.61, 0.44, None]),
                (_("August"), [1.0, 0.55, 0.12, None, None]),
                (_("September"), [1.0, 0.0, None, None, None]),
            ],
            heads=["0", "1", "2", "3", "4"],
            first=_("Began in"),
            title=_("Share still active, by months since they began"),
            shares=True,
        ),
        "waterfall": waterfall_charts.waterfall(
            [
                waterfall_charts.Step(_("Opening"), 520_000, total=True),
                waterfall_charts.Step(pgettext_lazy("movement of ARR", "New"), 84_000, "good"),
                waterfall_charts.Step(_("Expansion"), 31_000, "good"),
                waterfall_charts.Step(_("Contraction"), -12_000, "risk"),
                waterfall_charts.Step(_("Churn"), -47_000, "risk"),
                waterfall_charts.Step(_("Closing"), 576_000, total=True),
            ],
            title=_("ARR in a year"),
            words=lambda amount: compact_money_words(round(amount * 100), "EUR"),
        ),
        "graph": example_graph(),
    }


def example_graph() -> str:
    """Six people of an account."""
    people = [
        graphs.Node("lm", "Lucía Martos", _("Operations director"), "#lucia", "good"),
        graphs.Node("ps", "Pau Serra", _("Warehouse manager"), "#pau", "good"),
        graphs.Node("nd", "Noa Díaz", _("Analyst"), "#noa"),
        graphs.Node("rv", "Raúl Vega", _("Systems"), "#raul", "risk"),
        graphs.Node("ib", "Inés Bravo", _("Finance"), "#ines"),
        graphs.Node("jt", "Jon Tena", _("Picker"), "#jon"),
    ]
    ties = [
        graphs.Edge("ps", "lm", _("reports to"), "plain", upward=True),
        graphs.Edge("nd", "ps", _("reports to"), "plain", upward=True),
        graphs.Edge("jt", "ps", _("reports to"), "plain", upward=True),
        graphs.Edge("rv", "lm", _("blocks"), "risk"),
        graphs.Edge("ps", "nd", _("champions"), "good"),
        graphs.Edge("ib", "lm", _("decides with")),
    ]
    return graphs.relationship_graph(people, ties, title=_("Who stands how to whom"))


STATES = {
    "good": _("Healthy"),
    "watch": _("Watch"),
    "risk": _("At risk"),
    "unknown": _("Unknown"),
}


def example_accounts() -> list[dict[str, Any]]:
    """Rows of a portfolio."""
    rows = [
        ("Acuario Textil", 47, "risk", 14_400_000, _("Engagement"), "Ana Ruiz", 44),
        ("Bodegas Arlanza", 34, "risk", 16_400_000, _("Engagement"), "Sam Park", 73),
        ("Cantera Logística", 58, "watch", 8_400_000, _("Adoption"), "Ana Ruiz", 41),
        ("Faro Seguros", 91, "good", 18_200_050, _("Onboarding"), "Sam Park", 11),
        ("Hontanar Agua", None, "unknown", 11_200_000, _("Adoption"), "Ana Ruiz", 103),
    ]
    return [
        {
            "name": name,
            "tone": tone,
            "health": score,
            "state": f"{score} · {STATES[tone]}",
            "spark": charts.sparkline(
                [None if score is None else score + 9 * sin(week + score) for week in range(8)],
                label=_("8 weeks"),
            ),
            "arr": arr,
            "stage": stage,
            "owner": owner,
            "renews": TODAY + timedelta(days=in_days),
            "in_days": in_days,
            "picked": name.startswith("Bodegas"),
        }
        for name, score, tone, arr, stage, owner, in_days in rows
    ]


def example_palette() -> list[FoundGroup]:
    """What the palette would answer."""
    return [
        FoundGroup(_("Accounts"), [Found("Cantera Logística", "#c", "briefcase", _("58 · Watch"))]),
        FoundGroup(
            _("Create"),
            [
                Found(_("New account"), "#new", "plus", keys="c a"),
                Found(_("New note"), "#note", "pencil", keys="c n"),
            ],
        ),
    ]
