"""What people fill in about workspaces and themselves."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vereda.workspaces.contracts import (
    Call,
    Language,
    Role,
    Theme,
    WriteKeyKind,
    plain_trait,
)
from vereda.workspaces.models import BrowserSetting, Member, User, Workspace, WriteKey
from vereda.workspaces.roles import permissions_of
from vereda.workspaces.rules import may_give, origin_in
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
MOST_LINES = 500
UNTIL_A_DAY = -1
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


class LinesField(forms.CharField):
    """A list, one entry on each line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20_000, **kwargs)
        self.widget.attrs["rows"] = 4

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The entries, each once, without empty lines."""
        lines = (line.strip() for line in super().clean(value).splitlines())
        entries = list(dict.fromkeys(line for line in lines if line))
        if len(entries) > MOST_LINES:
            raise forms.ValidationError(_("The most is %(most)s lines.") % {"most": MOST_LINES})
        return entries


class KeySettingsForm(forms.Form):
    """What a write key is for, from where it may come, and how much it may bring."""

    label = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: website, or app.")
    )
    origins = LinesField(
        label=_("Sites it is for"),
        help_text=_(
            "One on each line, such as https://app.example.com. Pages of other sites are"
            " refused; programs send no site. Empty means any."
        ),
    )
    signed_only = forms.BooleanField(
        label=_("Only signed user ids"),
        required=False,
        help_text=_(
            "A browser must then send the signature of every user id; “What browsers may say”"
            " tells how."
        ),
    )
    events_per_second = forms.IntegerField(
        label=_("Events a second, at most"),
        required=False,
        min_value=1,
        max_value=50_000,
        help_text=_("Empty means as much as anybody may send."),
    )
    events_per_address = forms.IntegerField(
        label=_("Events a second from one address, at most"),
        required=False,
        min_value=1,
        max_value=50_000,
    )

    @classmethod
    def about(cls, key: WriteKey, said: Any = None) -> "KeySettingsForm":
        """The form as the key is now, or as somebody filled it in."""
        form = cls(said, initial={name: getattr(key, name) for name in cls.base_fields})
        if key.is_secret:
            del form.fields["origins"], form.fields["signed_only"]
        return form

    def clean_origins(self) -> list[str]:
        """Sites as browsers name them."""
        origins = []
        for said in self.cleaned_data["origins"]:
            origin = origin_in(said)
            if origin is None:
                raise forms.ValidationError(
                    _("“%(said)s” is no site; write it like https://app.example.com.")
                    % {"said": said[:80]}
                )
            origins.append(origin)
        return list(dict.fromkeys(origins))


class KeyForm(forms.Form):
    """What a new write key is for, and where it will stand."""

    label = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: website, or app.")
    )
    kind = forms.ChoiceField(
        label=_("Where it will stand"),
        choices=[
            (WriteKeyKind.PUBLIC, _("In a browser or an app: public")),
            (WriteKeyKind.SECRET, _("On your own servers: secret")),
        ],
        initial=WriteKeyKind.PUBLIC,
    )

    def clean_kind(self) -> WriteKeyKind:
        """The kind, as our own word."""
        return WriteKeyKind(self.cleaned_data["kind"])


class OverlapForm(forms.Form):
    """How long what is replaced goes on working."""

    lasts = forms.TypedChoiceField(
        label=_("The old one works on for"),
        coerce=int,
        choices=[
            (0, _("no time: it ends now")),
            (1, _("an hour")),
            (24, _("a day")),
            (24 * 7, _("a week")),
            (24 * 30, _("thirty days")),
            (-1, _("until the day below")),
        ],
        initial=24 * 7,
    )
    last_day = forms.DateField(
        label=_("Its last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """A day is needed where a day was chosen."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("lasts") == UNTIL_A_DAY and not values.get("last_day"):
            self.add_error("last_day", _("Choose the day."))
        return values

    def ends_at(self, *, now: datetime) -> datetime:
        """When the old one ends: after so many hours, or with the day, in UTC."""
        if self.cleaned_data["lasts"] == UNTIL_A_DAY:
            return datetime.combine(self.cleaned_data["last_day"], time.max, tzinfo=UTC)
        return now + timedelta(hours=self.cleaned_data["lasts"])


class BrowserRulesForm(forms.Form):
    """What browsers may say with a public key."""

    calls = forms.MultipleChoiceField(
        label=_("What browsers may do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (Call.TRACK, _("track: say what somebody did")),
            (Call.IDENTIFY, _("identify: say who somebody is")),
            (Call.GROUP, _("group: say which account they belong to")),
            (Call.PAGE, _("page: say which page they saw")),
            (Call.SCREEN, _("screen: say which screen of an app they saw")),
            (Call.ALIAS, _("alias: say that two ids are one person")),
        ],
    )
    only_these_names = forms.TypedChoiceField(
        label=_("Which events they may send"),
        coerce=lambda said: said == "only",
        choices=[("except", _("All but those below")), ("only", _("Only those below"))],
    )
    names = LinesField(label=_("Names of events"), help_text=_("One on each line."))
    server_traits = LinesField(
        label=_("Traits for servers only"),
        help_text=_(
            "One on each line. A browser that says one of them of a person or an account is not"
            " believed; a secret key is."
        ),
    )

    @classmethod
    def about(cls, setting: BrowserSetting, said: Any = None) -> "BrowserRulesForm":
        """The form as the rules are now, or as somebody filled it in."""
        return cls(
            said,
            initial={
                "calls": setting.calls,
                "names": setting.names,
                "only_these_names": "only" if setting.only_these_names else "except",
                "server_traits": setting.server_traits,
            },
        )

    def clean_server_traits(self) -> list[str]:
        """Traits as they are compared: `isAdmin` and `is admin` are `is_admin`."""
        return [plain_trait(said) for said in self.cleaned_data["server_traits"]]


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
