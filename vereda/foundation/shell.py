"""The frame around every page: the rail, the palette's commands, and what the wiring offers them.

config/wiring.py may list:

    RAIL: list[RailItem]         where to go, in order
    RAIL_LISTS: list[RailList]   short lists under it: favourites, saved views
    COMMANDS: list[Command]      what the palette can do; their keys are the shortcuts
    FINDERS: list[Finder]        how the palette finds rows by name
    SETTINGS: list[RailItem]     the pages of the settings area, for the palette to find
    REPORTS: list[RailItem]      the reports, below /reports/; their place in the rail lists them
    WORKSPACES_OF: (user) -> the workspaces they belong to, for the switcher

Everything is filtered by what the member may do before anybody sees it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol
from unicodedata import combining, normalize

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vereda.foundation.templatetags.ui import Tab

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

Words = str | Promise
MOST_ON_BAR = 4
MOST_FOUND = 6
REMEMBERED = 10_000
OPEN_KEY = "KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class RailItem:
    """A place in the rail: the name of a workspace page, and perhaps a number beside it.

    says: one sentence about what is there, where places are listed.
    """

    label: Words
    icon: str
    route: str
    may: str
    group: Literal["areas", "foot"] = "areas"
    count: Callable[["Member"], int | None] | None = None
    says: Words = ""


@dataclass(frozen=True, slots=True)
class RailLink:
    """A link as the rail shows it."""

    label: Words
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


class RailList(Protocol):
    """A short list of links that belongs to the member, under a heading."""

    @property
    def label(self) -> Words:
        """The heading."""
        ...

    def links(self, member: "Member") -> Sequence[RailLink]:
        """The links, in order; none hides the heading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something the palette offers: a place to go, a thing to make, an act on this page.

    keys: a shortcut of one or two keys, "c" or "g a". words: more words that find it.
    """

    label: Words
    icon: str
    route: str
    may: str
    kind: Literal["go", "create", "do"] = "go"
    keys: str = ""
    words: Words = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of the palette."""

    label: Words
    url: str
    icon: str = "arrow-right"
    note: Words = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Answers of one kind, under their heading."""

    label: Words
    answers: Sequence[Found]


class Finder(Protocol):
    """A capability's way of finding its rows by what somebody typed."""

    label: Words
    may: str

    def find(self, member: "Member", text: str, *, limit: int) -> Sequence[Found]:
        """The best matches, best first; a constant number of queries."""
        ...


def settings_tabs(member: "Member", *, current: str) -> list[Tab]:
    """The parts of the settings area that the member may open; the wiring lists them."""
    return _tabs_of("SETTINGS", member, current=current)


def report_tabs(member: "Member", *, current: str) -> list[Tab]:
    """The reports that the member may open, as tabs; the wiring lists them."""
    return _tabs_of("REPORTS", member, current=current)


def open_places(name: str, member: "Member") -> list[tuple[RailItem, str]]:
    """The places that the wiring lists under a name and the member may open, with addresses."""
    items: list[RailItem] = wired(name, [])
    return [
        (item, url)
        for item in items
        if member.may(item.may) and (url := url_of(item.route, member))
    ]


def _tabs_of(name: str, member: "Member", *, current: str) -> list[Tab]:
    return [
        Tab(item.label, url, current=item.route == current)
        for item, url in open_places(name, member)
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `rail` and `shell` for foundation/page.html, for members only."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return {}
    areas = rail_of(member, group="areas", path=request.path)
    foot = rail_of(member, group="foot", path=request.path)
    return {
        "rail": {
            "areas": areas,
            "lists": rail_lists_of(member, path=request.get_full_path()),
            "foot": foot,
            "bar": areas[:MOST_ON_BAR],
        },
        "shell": {
            "member": member,
            "workspace": member.workspace,
            "home": home_of(member.workspace),
            "workspaces": workspaces_of(member),
            "shortcuts": shortcuts_of(member),
        },
    }


def wired(name: str, default: Any) -> Any:
    """What config/wiring.py lists under `name`."""
    return getattr(import_module(settings.VEREDA_WIRING), name, default)


def workspaces_of(member: "Member") -> list[RailLink]:
    """The workspaces this person can switch to, this one included."""
    ask = wired("WORKSPACES_OF", None)
    workspaces: Iterable[Workspace] = ask(member.user) if ask else [member.workspace]
    return [
        RailLink(each.name, home_of(each), current=each.pk == member.workspace.pk)
        for each in workspaces
    ]


def home_of(workspace: "Workspace") -> str:
    """Where a workspace begins."""
    return f"/w/{workspace.slug}/"


def rail_of(member: "Member", *, group: str, path: str) -> list[RailLink]:
    """The links of one group that the member may open; the one we are under is current."""
    items: list[RailItem] = [
        item for item in wired("RAIL", []) if item.group == group and member.may(item.may)
    ]
    placed = [(item, url) for item in items if (url := url_of(item.route, member))]
    home = home_of(member.workspace)
    here = nearest([url for _item, url in placed if url != home or url == path], path=path)
    return [
        RailLink(
            item.label,
            url,
            icon=item.icon,
            count=item.count(member) if item.count else None,
            current=url == here,
        )
        for item, url in placed
    ]


def rail_lists_of(member: "Member", *, path: str) -> list[dict[str, Any]]:
    """Headings with their links; a heading without links is left out."""
    lists: list[RailList] = wired("RAIL_LISTS", [])
    told = [(each.label, each.links(member)) for each in lists]
    return [
        {
            "label": label,
            "links": [
                RailLink(link.label, link.url, link.icon, link.count, link.url == path)
                for link in links
            ],
        }
        for label, links in told
        if links
    ]


def nearest(urls: Sequence[str], *, path: str) -> str:
    """The longest of `urls` that `path` lies under, or ""."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")


def url_of(route: str, member: "Member") -> str:
    """The address of a workspace page, or "" while nothing answers to that name."""
    return _address_of(route, member.workspace.slug, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=REMEMBERED)
def _address_of(route: str, slug: str, urlconf: str | None, _prefix: str) -> str:
    """Remembered, because the rail and the commands of every page ask for some sixty."""
    try:
        return reverse(route, urlconf=urlconf, kwargs={"workspace": slug})
    except NoReverseMatch:
        return ""


def row_address(route: str, *, slug: str, **key: str) -> str:
    """The address of a row's page: `row_address("console:account", slug=slug, account="A-3")`.

    Every row of a list asks for several; all take the same one apart, which is quicker than
    `reverse` for each. `key` is what people call a row by, which an address needs not escape.
    """
    ((name, value),) = key.items()
    before, after = _around_key(route, slug, name, get_urlconf(), get_script_prefix())
    return f"{before}{value}{after}"


@lru_cache(maxsize=REMEMBERED)
def _around_key(
    route: str, slug: str, name: str, urlconf: str | None, _prefix: str
) -> tuple[str, str]:
    whole = reverse(route, urlconf=urlconf, kwargs={"workspace": slug, name: OPEN_KEY})
    before, _key, after = whole.rpartition(OPEN_KEY)
    return before, after


def commands_of(member: "Member") -> list[tuple[Command, str]]:
    """The commands the member may give, each with its address; every place of the rail is one."""
    commands: list[Command] = [*wired("COMMANDS", [])]
    named = {command.route for command in commands}
    places: list[RailItem] = [
        place for name in ("RAIL", "REPORTS", "SETTINGS") for place in wired(name, [])
    ]
    commands += [
        Command(label=place.label, icon=place.icon, route=place.route, may=place.may)
        for place in places
        if place.route not in named
    ]
    allowed = [command for command in commands if member.may(command.may)]
    return [(command, url) for command in allowed if (url := url_of(command.route, member))]


def shortcuts_of(member: "Member") -> list[Found]:
    """The commands that have keys, for the shortcuts themselves and for the list behind `?`."""
    return [
        Found(command.label, url, command.icon, keys=command.keys)
        for command, url in commands_of(member)
        if command.keys
    ]


HEADINGS = {"go": _("Go to"), "create": _("Create"), "do": _("Do")}


def palette_answers(member: "Member", *, text: str) -> list[FoundGroup]:
    """What the palette shows for `text`: rows by name, then commands; all commands for ""."""
    wanted = searchable(text)
    groups = found_rows(member, text=text.strip()) if wanted else []
    for kind, heading in HEADINGS.items():
        answers = [
            Found(command.label, url, command.icon, keys=command.keys)
            for command, url in commands_of(member)
            if command.kind == kind and wanted in searchable(f"{command.label} {command.words}")
        ]
        groups.append(FoundGroup(heading, answers))
    return [group for group in groups if group.answers]


def found_rows(member: "Member", *, text: str) -> list[FoundGroup]:
    """What each capability finds under that name, of what the member may see."""
    finders: list[Finder] = [each for each in wired("FINDERS", []) if member.may(each.may)]
    return [
        FoundGroup(finder.label, finder.find(member, text, limit=MOST_FOUND)) for finder in finders
    ]


def searchable(text: str) -> str:
    """Lower case without accents, so that "sesion" finds "sesión"."""
    return "".join(
        letter for letter in normalize("NFKD", text.strip().casefold()) if not combining(letter)
    )


def found_words(groups: Sequence[FoundGroup]) -> str:
    """How many answers there are, for those who listen."""
    count = sum(len(group.answers) for group in groups)
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}
