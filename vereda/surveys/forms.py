"""What a member types about a survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.customers import wording as customer_wording
from vereda.customers.queries.accounts import accounts_with_keys
from vereda.foundation.forms import AnsweringForm
from vereda.product.queries import features_in
from vereda.surveys import wording
from vereda.surveys.contracts import SurveyKind
from vereda.surveys.queries.asking import Chosen
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
MOST_KEYS = 5_000


class NewSurveyForm(AnsweringForm):
    """A survey's name and what kind it is."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For yourselves: customers do not see it.")
    )
    kind = forms.ChoiceField(
        label=_("What is asked"),
        choices=lambda: wording.enum_choices(wording.KINDS),
        initial=SurveyKind.NPS,
        widget=forms.RadioSelect,
    )


class SurveySettingsForm(AnsweringForm):
    """How often people are bothered, and what occasions the survey."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    feature = forms.ChoiceField(
        label=_("About the feature"),
        required=False,
        help_text=_("Answers are shown beside this feature's use."),
    )
    moment = forms.CharField(
        label=_("Occasion"),
        max_length=100,
        required=False,
        help_text=_("What has just happened when people are asked, such as “first invoice”."),
    )
    recontact_days = forms.IntegerField(
        label=_("Days between two surveys to one person"),
        min_value=0,
        max_value=730,
        help_text=_("Over all your surveys. Whoever was asked within these days is left out."),
    )
    open_days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=365, help_text=_("Then the link ends.")
    )
    remind_after_days = forms.IntegerField(
        label=_("Remind once after so many days"),
        min_value=1,
        max_value=90,
        required=False,
        help_text=_("Empty: nobody is reminded."),
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Days on which no letter leaves"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.features = {row.slug: row for row in features_in(workspace)}
        field = self.fields["feature"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", _("No feature in particular")),
            *((slug, row.name) for slug, row in self.features.items()),
        ]

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**cleaned, "feature": self.features.get(cleaned["feature"])}


class SendingForm(AnsweringForm):
    """Whom a sending is meant for."""

    stages = forms.MultipleChoiceField(
        label=_("Stages"),
        required=False,
        choices=lambda: [(str(key), label) for key, label in customer_wording.STAGES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every stage."),
    )
    owners = forms.TypedMultipleChoiceField(
        label=_("Owners of the accounts"),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everybody's accounts."),
    )
    accounts = forms.CharField(
        label=_("Only these accounts"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Keys such as A-12, separated by blanks. Then stage and owner do not count."),
    )
    share = forms.IntegerField(
        label=_("Ask so many of a hundred"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("A part of them, drawn by lot, so that you can ask the others later."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        field = self.fields["owners"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(str(row.pk), row.name) for row in members_of(workspace)]

    def clean_accounts(self) -> tuple[UUID, ...]:
        """The ids of the accounts with these keys."""
        keys = list(dict.fromkeys(str(self.cleaned_data["accounts"]).replace(",", " ").split()))
        if len(keys) > MOST_KEYS:
            raise forms.ValidationError(_("These are more than 5,000 accounts."))
        known = accounts_with_keys(self.workspace, keys)
        unknown = [key for key in keys if key not in known]
        if unknown:
            sentence = _("There is no account %(keys)s.")
            raise forms.ValidationError(sentence, params={"keys": ", ".join(unknown[:5])})
        return tuple(row.pk for row in known.values())

    def chosen(self) -> Chosen:
        """Which accounts were chosen."""
        return Chosen(
            stages=tuple(self.cleaned_data["stages"]),
            owner_ids=tuple(self.cleaned_data["owners"]),
            account_ids=self.cleaned_data["accounts"],
        )
