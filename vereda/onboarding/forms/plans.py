"""What members say about plans: strings to values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.accounts import account_with_key, accounts_found
from vereda.customers.queries.people import people_of
from vereda.foundation.errors import Missing
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.wording import moment_words
from vereda.onboarding.actions.items import LONGEST_VALUE, LONGEST_WORDS
from vereda.onboarding.actions.plans import LONGEST_NAME
from vereda.onboarding.contracts.plans import ExitAnswer, Submission, ToolKind, ToolResult
from vereda.onboarding.contracts.templates import ItemKind, Party, SetNumber, words_for_reader
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.templates import templates_in
from vereda.onboarding.rules.templates import FILE_ITEMS
from vereda.onboarding.wording.board import PARTIES_TOLD
from vereda.onboarding.wording.plans import (
    EXIT_ANSWERS,
    TOOL_RESULTS,
    TOOLS,
    choices_of_plans,
)
from vereda.onboarding.wording.templates import SETS
from vereda.product.queries import products_in
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.models.templates import TemplateEdition
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace

LONGEST_REASON = 500
MOST_WORK_DAYS = 1_000
SMILE_CHOICES = (
    (5, _("5: delighted")),
    (4, _("4: pleased")),
    (3, _("3: neither")),
    (2, _("2: displeased")),
    (1, _("1: dismayed")),
)


def on_day(label: Any, **more: Any) -> forms.DateField:
    """A field of a day as browsers take it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


def in_lines(label: Any, *, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), **more
    )


class ChoosingForm(AnsweringForm):
    """A form with lists of rows to choose from."""

    def offer_rows(self, name: str, rows: Iterable[tuple[Any, Any]], *, none: Any = None) -> None:
        """Let a field choose among these rows, or none of them where `none` has words for it."""
        first = [] if none is None else [("", none)]
        field = self.fields[name]
        field.choices = [*first, *((str(key), words) for key, words in rows)]  # type: ignore[attr-defined]

    def picked(self, name: str, rows: Iterable[Any]) -> Any:
        """The row that was chosen; None for none."""
        wanted = self.cleaned_data.get(name)
        return next((row for row in rows if str(row.pk) == wanted), None)


# --- The whole plan ---------------------------------------------------------------


class _AboutPlan(ChoosingForm):
    """Name, product, lead, and why they need it."""

    name = forms.CharField(label=_("Name of the plan"), max_length=LONGEST_NAME)
    product = forms.ChoiceField(label=_("Product"), required=False)
    lead = forms.ChoiceField(
        label=_("Who leads it"),
        required=False,
        help_text=_("Items that are ours to do go to them at first."),
    )
    why_needed = in_lines(
        _("Why they need what they were promised"), most=2_000, rows=2, required=False
    )

    def __init__(
        self, *args: Any, workspace: Workspace, plan: Plan | None = None, **said: Any
    ) -> None:
        super().__init__(*args, **said)
        self.workspace = workspace
        self.products: list[Product] = list(products_in(workspace))
        self.members: list[Member] = list(members_of(workspace))
        if plan is not None and plan.product and plan.product not in self.products:
            self.products.append(plan.product)
        if plan is not None and plan.lead and plan.lead not in self.members:
            self.members.append(plan.lead)
        self.offer_rows("product", ((row.pk, row.name) for row in self.products), none=_("None"))
        self.offer_rows("lead", ((row.pk, row.name) for row in self.members), none=_("Nobody yet"))

    def about(self) -> dict[str, Any]:
        """What was said, as actions take it."""
        return {
            "name": self.cleaned_data["name"],
            "product": self.picked("product", self.products),
            "lead": self.picked("lead", self.members),
            "why_needed": self.cleaned_data["why_needed"],
        }


class EditPlanForm(_AboutPlan):
    """A plan, said otherwise."""


class StartPlanForm(_AboutPlan):
    """A plan for a customer, before or after their yes."""

    field_order = ("account", "template", "name", "agreed_on")

    account = forms.CharField(
        label=_("Account"),
        max_length=200,
        help_text=_("Its number, such as A-12, or enough of its name that only one is meant."),
    )
    template = forms.ChoiceField(label=_("Template"))
    agreed_on = on_day(
        _("Their first yes"),
        required=False,
        help_text=_("From that day on they count. Leave it empty before the sale."),
    )

    def __init__(self, *args: Any, today: date, **said: Any) -> None:
        super().__init__(*args, **said)
        self.today = today
        rows = templates_in(self.workspace).filter(current__isnull=False)
        self.templates = list(rows.select_related("current"))
        self.offer_rows("template", ((row.key, row.name) for row in self.templates))
        self.chosen: Account | None = None

    def clean_account(self) -> str:
        """The account that is meant, and only one."""
        said: str = self.cleaned_data["account"].strip()
        try:
            self.chosen = account_with_key(self.workspace, said.upper())
        except Missing:
            found = accounts_found(self.workspace, text=said, limit=2)
            if len(found) != 1:
                words = _("No account is called that.") if not found else _("Several are.")
                raise forms.ValidationError(words) from None
            self.chosen = found[0]
        return said

    def clean_agreed_on(self) -> date | None:
        """Their yes is not still to come."""
        day: date | None = self.cleaned_data["agreed_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("Their yes has been said: it is not still to come."))
        return day

    def edition(self) -> TemplateEdition:
        """The edition in force of the template that was chosen."""
        rows = (row for row in self.templates if row.key == self.cleaned_data["template"])
        edition: TemplateEdition | None = next(rows).current
        if edition is None:
            raise Missing(self.cleaned_data["template"])
        return edition


class AgreeForm(AnsweringForm):
    """When they said yes."""

    agreed_on = on_day(_("Their first yes"), help_text=_("From that day on they count."))


class ReasonForm(AnsweringForm):
    """Why something happens; kept as evidence."""

    because = in_lines(_("Why"), most=LONGEST_REASON, help_text=_("It is kept as evidence."))


class PlanPromiseForm(ChoosingForm):
    """What they may expect."""

    what = forms.CharField(label=_("What is promised"), max_length=300)
    set_number = forms.ChoiceField(label=_("It is kept when this set is finished"))
    work_days = forms.IntegerField(
        label=_("Work days after they gave us everything"),
        min_value=0,
        max_value=MOST_WORK_DAYS,
        required=False,
    )
    fixed_on = on_day(
        _("Or a day"),
        required=False,
        help_text=_("Only once everything of set 1 is accepted. Give one of the two."),
    )

    def __init__(self, *args: Any, plan: Plan, **said: Any) -> None:
        super().__init__(*args, **said)
        sets = [number for number in SetNumber if number <= plan.last_set]
        self.offer_rows("set_number", ((int(number), SETS[number]) for number in sets))

    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        told = dict(self.cleaned_data)
        told["set_number"] = SetNumber(int(told["set_number"]))
        return told


class PartForm(ChoosingForm):
    """Somebody's part in a plan."""

    person = forms.ChoiceField(label=_("Person"))
    part = forms.CharField(label=_("Their part"), max_length=160, required=False)
    purpose = forms.CharField(label=_("What is in it for them"), max_length=500, required=False)

    def __init__(self, *args: Any, plan: Plan, **said: Any) -> None:
        super().__init__(*args, **said)
        self.people = people_at(plan.account)
        self.offer_rows("person", ((row.pk, row.called) for row in self.people))

    def whom(self) -> Person:
        """The person who was chosen."""
        chosen: Person = self.picked("person", self.people)
        return chosen


class BenefitForm(ChoosingForm):
    """A benefit that was promised to the account."""

    outcome = forms.ChoiceField(label=_("Promised benefit"))

    def __init__(self, *args: Any, outcomes: list[Outcome], **said: Any) -> None:
        super().__init__(*args, **said)
        self.outcomes = outcomes
        self.offer_rows("outcome", ((row.pk, f"{row.key} {row.benefit}") for row in outcomes))

    def which(self) -> Outcome:
        """The benefit that was chosen."""
        chosen: Outcome = self.picked("outcome", self.outcomes)
        return chosen


class WithPerson(ChoosingForm):
    """A form about something that somebody at the customer did or said."""

    person = forms.ChoiceField(label=_("Who of them"), required=False)

    def __init__(self, *args: Any, account: Account, **said: Any) -> None:
        super().__init__(*args, **said)
        self.people = people_at(account)
        rows = ((row.pk, row.called) for row in self.people)
        self.offer_rows("person", rows, none=_("Somebody there"))

    def whom(self) -> Person | None:
        """The person who was chosen, if one was."""
        chosen: Person | None = self.picked("person", self.people)
        return chosen


class ExitForm(WithPerson):
    """The last question: do they get the benefits, and do they need them?"""

    field_order = ("answer", "words", "person")

    answer = forms.ChoiceField(
        label=_("Do they get the benefits, and do they need them?"),
        choices=lambda: choices_of_plans(EXIT_ANSWERS),
        widget=forms.RadioSelect,
    )
    words = in_lines(_("In their words"), most=LONGEST_WORDS, required=False)

    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        answer = ExitAnswer(self.cleaned_data["answer"])
        return {"answer": answer, "words": self.cleaned_data["words"], "person": self.whom()}


class ToolForm(AnsweringForm):
    """A trial, demo or pilot before the sale, and what became of it."""

    kind = forms.ChoiceField(label=_("What it is"), choices=lambda: choices_of_plans(TOOLS))
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    started_on = on_day(_("From"))
    ended_on = on_day(_("Until"), required=False)
    result = forms.ChoiceField(
        label=_("What it showed"),
        choices=lambda: [("", _("Nobody knows yet")), *choices_of_plans(TOOL_RESULTS)],
        required=False,
    )
    result_words = in_lines(_("In words"), most=1_000, rows=2, required=False)
    reward = forms.CharField(
        label=_("What they get for taking part early"), max_length=200, required=False
    )

    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        told = dict(self.cleaned_data)
        told["kind"] = ToolKind(told["kind"])
        told["result"] = ToolResult(told["result"]) if told["result"] else None
        return told


class FeedbackForm(WithPerson):
    """What somebody said about it while they had it."""

    field_order = ("words", "person", "said_on")

    words = in_lines(_("What they said"), most=2_000)
    said_on = on_day(_("On"))

    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        told = self.cleaned_data
        return {"words": told["words"], "said_on": told["said_on"], "person": self.whom()}


# --- One item ----------------------------------------------------------------------


class AboutItem(WithPerson):
    """What is said of an item; without a field it is told by a button alone."""

    with_person = False

    def __init__(self, *args: Any, item: PlanItem, **said: Any) -> None:
        super().__init__(*args, account=item.plan.account, **said)
        self.item = item
        if not self.with_person:
            del self.fields["person"]


class InsistForm(AboutItem):
    """Asking; a reason only for what they gave already."""

    because = in_lines(
        _("Why you ask again"),
        most=LONGEST_REASON,
        required=False,
        help_text=_("Only for what they gave already. It counts against us."),
    )


class BecauseForm(AboutItem):
    """Why; kept as evidence."""

    because = in_lines(_("Why"), most=LONGEST_REASON, help_text=_("It is kept as evidence."))


class WordsForm(AboutItem):
    """It is done, and perhaps a word about it."""

    words = in_lines(_("A word about it"), most=LONGEST_WORDS, required=False)


class PersonForm(AboutItem):
    """Who of them it was."""

    with_person = True


class SmileForm(AboutItem):
    """How it was for them."""

    with_person = True
    field_order = ("score", "person")

    score = forms.TypedChoiceField(
        label=_("How it was for them"),
        choices=SMILE_CHOICES,
        coerce=int,
        widget=forms.RadioSelect,
    )


class AttendForm(AboutItem):
    """Who took part."""

    people_there = forms.MultipleChoiceField(
        label=_("Who took part"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.offer_rows("people_there", ((row.pk, row.called) for row in self.people))

    def came(self) -> list[Person]:
        """Those who took part."""
        wanted = set(self.cleaned_data["people_there"])
        return [row for row in self.people if str(row.pk) in wanted]


class SubmitForm(AboutItem):
    """What they gave, written down for them."""

    with_person = True
    field_order = ("value", "choice", "file", "words", "person")

    words = in_lines(_("A word about it"), most=LONGEST_WORDS, rows=2, required=False)

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        asked, language = self.item.asks, get_language() or "en"
        if asked.kind is ItemKind.CHOICE:
            rows = [(each.key, words_for_reader(each.titles, language)) for each in asked.choices]
            self.fields["choice"] = forms.ChoiceField(label=_("Their answer"), choices=rows)
        elif asked.kind in FILE_ITEMS:
            self.fields["file"] = forms.FileField(label=_("File"))
        else:
            self.fields["value"] = in_lines(_("What they gave"), most=LONGEST_VALUE)
        self.order_fields(self.field_order)

    @property
    def sent(self) -> UploadedFile[Any] | None:
        """The file that was sent, where one is asked for."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        return file

    def given(self, *, file_id: UUID | None) -> Submission:
        """What they gave."""
        told = self.cleaned_data
        return Submission(
            value=told.get("value", ""),
            choice=told.get("choice", ""),
            file_id=file_id,
            words=told["words"],
        )


class HandOverForm(AboutItem):
    """Whose the delay is from now on, and what shows it."""

    to = forms.ChoiceField(label=_("It waits for"))
    evidence = in_lines(
        _("What shows it"),
        most=LONGEST_REASON,
        help_text=_("A delay is ours until there is evidence: what was sent, when, to whom."),
    )
    since = forms.DateTimeField(
        label=_("Since when"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.offer_rows("to", ((party.value, words) for party, words in PARTIES_TOLD.items()))
        earliest = plan_story(self.item.plan).hand_over_from(self.item)
        told = _("Empty: from now on.")
        if earliest is not None:
            told = format_lazy(
                "{} {}",
                told,
                _("The last on record is of %s: from then on at the earliest.")
                % moment_words(earliest),
            )
        self.fields["since"].help_text = told

    def whose(self) -> Party:
        """Who has to act from now on."""
        return Party(self.cleaned_data["to"])


class AssignForm(AboutItem):
    """Who looks after an item, at theirs and at ours; when a meeting is."""

    with_person = True

    member = forms.ChoiceField(label=_("Who of us"), required=False)
    meets_at = forms.DateTimeField(
        label=_("When you meet"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.members: list[Member] = list(members_of(self.item.plan.workspace))
        self.offer_rows("member", ((row.pk, row.name) for row in self.members), none=_("Nobody"))
        if self.item.kind not in {ItemKind.MEETING, ItemKind.TRAINING}:
            del self.fields["meets_at"]

    def said(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {
            "person": self.whom(),
            "member": self.picked("member", self.members),
            "meets_at": self.cleaned_data.get("meets_at"),
        }


def people_at(account: Account) -> list[Person]:
    """Everybody there, by name."""
    people: dict[UUID, Person] = {row.person_id: row.person for row in people_of(account)}
    return sorted(people.values(), key=lambda person: (person.name_sort, str(person.pk)))
