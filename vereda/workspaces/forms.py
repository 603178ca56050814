"""What people fill in about workspaces and themselves."""

import zoneinfo
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vereda.workspaces.contracts import Language, Role, Theme
from vereda.workspaces.models import Member, User, Workspace
from vereda.workspaces.roles import permissions_of
from vereda.workspaces.rules import may_give
from vereda.workspaces.wording import CAPABILITIES, permission_words

ROLE_WORDS = {
    Role.OWNER: _("Owner: everything, also opening workspaces"),
    Role.ADMIN: _("Administrator: members, keys, settings"),
    Role.MEMBER: _("Member: works with accounts"),
    Role.VIEWER: _("Viewer: looks, changes nothing"),
}
LANGUAGES = [(Language.ENGLISH, "English"), (Language.SPANISH, "Español")]
THEMES = [
    (Theme.SYSTEM, _("As the system")),
    (Theme.LIGHT, _("Light")),
    (Theme.DARK, _("Dark")),
]
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "MXN", "COP", "CLP", "ARS", "PEN", "BRL", "CAD", "AUD")


def time_zone_choices() -> list[tuple[str, str]]:
    """Every time zone that this machine knows, by name."""
    names = zoneinfo.available_timezones() - {"localtime", "Factory"}
    return [(name, name.replace("_", " ")) for name in sorted(names | {"UTC"})]


def role_choices(giver: Role) -> list[tuple[str, Any]]:
    """The roles that somebody with the role `giver` may give."""
    return [(role, words) for role, words in ROLE_WORDS.items() if may_give(giver, role)]


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), initial=Role.MEMBER)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(Role(member.role))  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=[(role, role) for role in Role])


class KeyForm(forms.Form):
    """What a write key is for."""

    label = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: website, or app.")
    )


def permission_choices(member: Member) -> list[tuple[str, list[tuple[str, str]]]]:
    """The permissions that a member may hand on to a token, by capability."""
    held = sorted(permissions_of(Role(member.role)), key=permission_words)
    groups = [
        (str(words), [(one, permission_words(one)) for one in held if belongs(one, to=capability)])
        for capability, words in CAPABILITIES.items()
    ]
    return [(words, choices) for words, choices in groups if choices]


def belongs(permission: str, *, to: str) -> bool:
    """Is the permission one of that capability?"""
    return permission.partition(".")[0] == to


class GroupedChoices(forms.CheckboxSelectMultiple):
    """Boxes to check, each group of them under its name."""

    template_name = "workspaces/grouped_choices.html"


class TokenForm(forms.Form):
    """What an API token is for, what it may do, and how long."""

    label = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=GroupedChoices)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty for a token that does not expire."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = permission_choices(member)  # type: ignore[attr-defined]

    def expires_at(self) -> datetime | None:
        """The end of the last day, in UTC."""
        last_day: date | None = self.cleaned_data["last_day"]
        return datetime.combine(last_day, time.max, tzinfo=UTC) if last_day else None


class WorkspaceForm(forms.Form):
    """A workspace's name, language, time zone and currency."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of its letters"), choices=LANGUAGES, initial=Language.ENGLISH
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(currency, currency) for currency in CURRENCIES]
    )

    @classmethod
    def about(cls, workspace: Workspace) -> "WorkspaceForm":
        """The form as the workspace is now."""
        return cls(initial={name: getattr(workspace, name) for name in cls.base_fields})


class NewWorkspaceForm(forms.Form):
    """The name of one more workspace."""

    name = forms.CharField(label=_("Name of the workspace"), max_length=120)


class ProfileForm(forms.Form):
    """What a person says about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)
    shortcuts = forms.BooleanField(label=_("Keyboard shortcuts of a single key"), required=False)

    @classmethod
    def about(cls, user: User) -> "ProfileForm":
        """The form as the person is now."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


class SwitchForm(forms.Form):
    """The quick switches in the person's menu: theme, language."""

    theme = forms.ChoiceField(choices=[(one, one) for one in Theme], required=False)
    language = forms.ChoiceField(choices=[(one, one) for one in Language], required=False)


class PasswordChoice(forms.Form):
    """Who somebody is, and a new password that is hard to guess."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        help_text=_("At least 12 characters; several words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse passwords that are short, common, or made of the person's own words."""
        values: dict[str, Any] = super().clean() or {}
        if password := values.get("password"):
            person = User(email=values.get("email", ""), name=values.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


class JoinForm(PasswordChoice):
    """A newcomer accepts an invitation."""


class SignUpForm(PasswordChoice):
    """A new person opens a workspace of their own."""

    workspace_name = forms.CharField(
        label=_("Your company"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ("workspace_name", "name", "email", "password")

    def owner(self) -> dict[str, Any]:
        """The values that `sign_up_owner` takes."""
        return {**self.cleaned_data, "language": get_language() or Language.ENGLISH}
