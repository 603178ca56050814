"""What a person may type about customers; turns strings into values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers import wording
from vereda.customers.contracts import (
    ChangedMeanwhile,
    Difference,
    FieldTarget,
    FieldType,
    InteractionKind,
    RelationKind,
    Visibility,
)
from vereda.customers.queries.accounts import account_with_key, accounts_found
from vereda.customers.queries.fields import custom_fields_of
from vereda.customers.queries.people import people_of
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.forms import AnsweringForm
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.fields import CustomField
    from vereda.customers.models.notes import Note
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
INSTANT_FORMAT = "%Y-%m-%dT%H:%M"


class VersionedForm(AnsweringForm):
    """A form that two people may have open at once: it says where they differ."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def show_refusal(self, refused: Refused) -> None:
        """The sentence, then each difference."""
        super().show_refusal(refused)
        if isinstance(refused, ChangedMeanwhile):
            for difference in refused.differences:
                self.add_error(None, self._told(difference))

    def _told(self, difference: Difference) -> str:
        return _("%(field)s: there is “%(theirs)s” now, you wrote “%(yours)s”.") % {
            "field": self._word_for(difference.field),
            "theirs": difference.theirs or "",
            "yours": difference.yours or "",
        }

    def _word_for(self, name: str) -> str:
        """What the form calls a field of the row: "owner_id" is its "owner"."""
        inputs = (name, name.removesuffix("_id"), name.replace(".", "_", 1))
        known = [self.fields[each].label for each in inputs if each in self.fields]
        return str(known[0]) if known else name


def add_custom_inputs(
    form: forms.Form, *, fields: Iterable[CustomField], values: Mapping[str, Any]
) -> None:
    """Give the form an input for each custom field, filled with what the row holds."""
    for custom in fields:
        name = f"custom_{custom.slug}"
        form.fields[name] = custom_input(custom)
        form.initial.setdefault(name, values.get(custom.slug))


def custom_input(custom: CustomField) -> forms.Field:
    """The input that fits a custom field; values are checked by the action."""
    label, type = custom.label, FieldType(custom.type)
    match type:
        case FieldType.DATE:
            return forms.DateField(label=label, required=False, widget=DAY)
        case FieldType.BOOLEAN:
            answers = [("", "—"), ("true", _("Yes")), ("false", _("No"))]
            return forms.ChoiceField(label=label, required=False, choices=answers)
        case FieldType.CHOICE:
            answers = [("", "—"), *((choice, choice) for choice in custom.choices)]
            return forms.ChoiceField(label=label, required=False, choices=answers)
        case FieldType.NUMBER:
            return forms.DecimalField(label=label, required=False)
        case FieldType.URL:
            return forms.URLField(
                label=label, required=False, assume_scheme="https", max_length=2_000
            )
        case FieldType.TEXT:
            return forms.CharField(label=label, required=False, max_length=2_000)


def custom_changes(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the inputs of custom fields, by slug; nothing typed empties one."""
    prefix = "custom_"
    return {
        name.removeprefix(prefix): None if value in ("", None) else value
        for name, value in cleaned.items()
        if name.startswith(prefix)
    }


class AccountForm(VersionedForm):
    """A new account, or another one's words."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    domain = forms.CharField(
        label=gettext_lazy("Domain"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Such as example.com; used to find duplicates."),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https"
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=wording.choices_of(wording.STAGES),
        help_text=gettext_lazy("How far along the path it is."),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=wording.choices_of(wording.STATUSES),
        help_text=gettext_lazy("What was agreed about money."),
    )
    parent = forms.CharField(
        label=gettext_lazy("Parent account"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its key, such as A-12, or its name."),
    )
    industry = forms.CharField(label=gettext_lazy("Industry"), max_length=100, required=False)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=100, required=False)
    next_step = forms.CharField(label=gettext_lazy("Next step"), max_length=300, required=False)
    created_on = forms.DateField(label=gettext_lazy("Customer since"), required=False, widget=DAY)
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.fields["owner"].choices = owner_choices(workspace)  # type: ignore[attr-defined]
        custom = custom_fields_of(workspace, target=FieldTarget.ACCOUNT)
        add_custom_inputs(self, fields=custom, values=self.initial.get("custom", {}))

    @staticmethod
    def about(account: Account) -> dict[str, Any]:
        """What the form shows before anybody types."""
        names = ("name", "domain", "website", "stage", "status", "industry", "country")
        return {
            **{name: getattr(account, name) for name in (*names, "next_step", "created_on")},
            "owner": str(account.owner_id or ""),
            "parent": account.parent.key if account.parent else "",
            "tags": ", ".join(
                account.account_tags.order_by("tag__slug").values_list("tag__name", flat=True)
            ),
            "custom": account.custom,
            "version": account.version,
        }

    def clean_parent(self) -> Account | None:
        """The account that was named, by key or by its whole name."""
        named = self.cleaned_data["parent"].strip()
        if not named:
            return None
        try:
            return account_with_key(self.workspace, named.upper())
        except Missing:
            matches = accounts_found(self.workspace, text=named, limit=2)
        if len(matches) != 1:
            raise forms.ValidationError(_("“%s” is no account we know. Give its key.") % named)
        return matches[0]

    def clean_tags(self) -> list[str]:
        """The tags, one by one."""
        return [name.strip() for name in self.cleaned_data["tags"].split(",") if name.strip()]

    def changes(self) -> dict[str, Any]:
        """What was typed, as `edit_account` takes it."""
        cleaned = self.cleaned_data
        names = ("name", "domain", "website", "stage", "status", "industry", "country")
        return {
            **{name: cleaned[name] for name in (*names, "next_step", "created_on")},
            "owner_id": cleaned["owner"] or None,
            "parent_id": cleaned["parent"].pk if cleaned["parent"] else None,
            "custom": custom_changes(cleaned),
        }


def owner_choices(workspace: Workspace) -> list[tuple[str, str]]:
    """Nobody, then everybody who works here."""
    members = [(str(member.pk), member.name) for member in members_of(workspace)]
    return [("", _("Nobody")), *members]


class OwnerForm(AnsweringForm):
    """Who takes care of an account."""

    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.fields["owner"].choices = owner_choices(workspace)  # type: ignore[attr-defined]

    def chosen(self) -> Member | None:
        """The member that was chosen."""
        owner = self.cleaned_data["owner"]
        return members_of(self.workspace).filter(pk=owner).first() if owner else None


class StageForm(AnsweringForm):
    """How far along the path an account is."""

    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), choices=wording.choices_of(wording.STAGES)
    )


class NextStepForm(AnsweringForm):
    """What we do next for an account."""

    next_step = forms.CharField(label=gettext_lazy("Next step"), max_length=300, required=False)


class TagsForm(AnsweringForm):
    """The tags an account carries."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )

    def names(self) -> list[str]:
        """The tags, one by one."""
        return [name.strip() for name in self.cleaned_data["tags"].split(",") if name.strip()]


class PersonForm(VersionedForm):
    """Somebody, as they are: how to reach them, and what moves them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=150, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=50, required=False)
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=35,
        required=False,
        help_text=gettext_lazy("As a code, such as es or en-GB."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Such as Europe/Madrid."),
    )
    preferences = forms.CharField(
        label=gettext_lazy("How they like to work"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    motivations = forms.CharField(
        label=gettext_lazy("What moves them"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    beliefs = forms.CharField(
        label=gettext_lazy("What they believe about the product and the change"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        custom = custom_fields_of(workspace, target=FieldTarget.PERSON)
        add_custom_inputs(self, fields=custom, values=self.initial.get("custom", {}))

    @staticmethod
    def about(person: Person) -> dict[str, Any]:
        """What the form shows before anybody types."""
        shown = {name: getattr(person, name) for name in PERSON_INPUTS}
        return {**shown, "custom": person.custom, "version": person.version}

    def changes(self) -> dict[str, Any]:
        """What was typed, as `edit_person` takes it."""
        typed = {name: self.cleaned_data[name] for name in PERSON_INPUTS}
        return {**typed, "custom": custom_changes(self.cleaned_data)}


PERSON_INPUTS = (
    "name",
    "email",
    "title",
    "phone",
    "language",
    "time_zone",
    "preferences",
    "motivations",
    "beliefs",
)


class MembershipForm(AnsweringForm):
    """Into which account somebody comes, and as what."""

    account = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=200,
        help_text=gettext_lazy("Its key, such as A-12, or its name."),
    )
    title = forms.CharField(label=gettext_lazy("Job title there"), max_length=150, required=False)
    role = forms.CharField(label=gettext_lazy("Role there"), max_length=100, required=False)
    since_on = forms.DateField(label=gettext_lazy("Since"), required=False, widget=DAY)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace

    def clean_account(self) -> Account:
        """The account that was named, by key or by its whole name."""
        named = self.cleaned_data["account"].strip()
        try:
            return account_with_key(self.workspace, named.upper())
        except Missing:
            matches = accounts_found(self.workspace, text=named, limit=2)
        if len(matches) != 1:
            raise forms.ValidationError(_("“%s” is no account we know. Give its key.") % named)
        return matches[0]


class RelationshipForm(AnsweringForm):
    """What somebody of an account is to another, or to the account."""

    person = forms.ChoiceField(label=gettext_lazy("Who"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Is what"), choices=wording.choices_of(wording.RELATIONS)
    )
    to = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
    since_on = forms.DateField(label=gettext_lazy("Since"), required=False, widget=DAY)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.person_id): row.person for row in people_of(account)}
        named = [(key, person.called) for key, person in self.people.items()]
        self.fields["person"].choices = named  # type: ignore[attr-defined]
        self.fields["to"].choices = [("", _("The account")), *named]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What was typed, as `relate_people` takes it."""
        cleaned = self.cleaned_data
        return {
            "kind": RelationKind(cleaned["kind"]),
            "to": self.people.get(cleaned["to"]),
            "note": cleaned["note"],
            "since_on": cleaned["since_on"],
        }

    def who(self) -> Person:
        """The person it is said about."""
        return self.people[self.cleaned_data["person"]]


class NoteForm(VersionedForm):
    """A note, or a call, meeting or mail."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=wording.choices_of(wording.INTERACTIONS)
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Markdown works: **bold**, lists, links."),
    )
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT_FORMAT),
        input_formats=[INSTANT_FORMAT, "%Y-%m-%dT%H:%M:%S"],
    )
    participants = forms.MultipleChoiceField(
        label=gettext_lazy("With whom"), required=False, widget=forms.CheckboxSelectMultiple
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=wording.choices_of(wording.VISIBILITIES),
        initial=Visibility.INTERNAL,
    )

    def __init__(
        self, *args: Any, account: Account, also: Iterable[Person] = (), **kwargs: Any
    ) -> None:
        """`also` are people who took part and have left the account since."""
        super().__init__(*args, **kwargs)
        present = [row.person for row in people_of(account)]
        self.people = {str(person.pk): person for person in (*present, *also)}
        named = [(key, person.called) for key, person in self.people.items()]
        self.fields["participants"].choices = named  # type: ignore[attr-defined]
        if not named:
            del self.fields["participants"]

    @staticmethod
    def empty(*, kind: str, now: datetime) -> dict[str, Any]:
        """What the form shows for something new."""
        known = kind if kind in list(InteractionKind) else InteractionKind.NOTE
        return {"kind": known, "happened_at": now}

    @staticmethod
    def about(note: Note) -> dict[str, Any]:
        """What the form shows before anybody types."""
        names = ("kind", "subject", "body", "happened_at", "visibility", "version")
        people = [str(row.person_id) for row in note.participants.all()]
        return {**{name: getattr(note, name) for name in names}, "participants": people}

    def said(self) -> dict[str, Any]:
        """What was typed, as `write_note` and `edit_note` take it."""
        cleaned = self.cleaned_data
        chosen = cleaned.get("participants", [])
        return {
            "kind": InteractionKind(cleaned["kind"]),
            "subject": cleaned["subject"],
            "body": cleaned["body"],
            "happened_at": cleaned["happened_at"],
            "visibility": Visibility(cleaned["visibility"]),
            "participants": [self.people[key] for key in chosen],
        }


class LighthouseForm(AnsweringForm):
    """Why an account is one that everybody looks at first."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("What others learn from this account, or what its success opens."),
    )


class FieldForm(AnsweringForm):
    """A custom field's name and choices."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line; only for a field of the type Choice."),
        max_length=20_000,
    )

    def lines(self) -> list[str]:
        """The choices, one by one."""
        return str(self.cleaned_data["choices"]).splitlines()


class NewFieldForm(FieldForm):
    """A custom field that does not exist yet."""

    target = forms.ChoiceField(
        label=gettext_lazy("Of what"), choices=wording.choices_of(wording.FIELD_TARGETS)
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=wording.choices_of(wording.FIELD_TYPES)
    )
    field_order = ("label", "target", "type", "choices")
