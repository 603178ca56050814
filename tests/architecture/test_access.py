from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import modules
from vereda.foundation.access import Guarded, MemberPage
from vereda.workspaces.contracts import Role
from vereda.workspaces.roles import GRANTS, permissions_of


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def test_every_route_says_who_may_open_it():
    silent = [
        route
        for route, view in routes()
        if not isinstance(view, Guarded) and not carries_its_own_access(view)
    ]

    assert silent == []


def carries_its_own_access(view):
    """The JSON API's views check a token for each operation; tests/architecture/test_api.py."""
    return view.__module__.startswith("ninja.")


def test_a_page_of_a_workspace_is_for_its_members_only():
    open_doors = [
        route
        for route, view in routes()
        if route.startswith("w/<slug:workspace>/") and not isinstance(view, MemberPage)
    ]

    assert open_doors == []


def test_every_permission_that_a_page_asks_for_is_granted_to_some_role():
    unknown = {
        view.may
        for _, view in routes()
        if isinstance(view, MemberPage) and view.may not in permissions_of(Role.OWNER)
    }

    assert unknown == set()


def test_every_permission_granted_is_asked_for():
    asked = {view.may for _, view in routes() if isinstance(view, MemberPage)}
    granted = permissions_of(Role.OWNER)

    assert granted - asked - permissions_read_in_code() == set()


def permissions_read_in_code():
    """Permissions that code asks for by name beside the page's own."""
    text = "\n".join(
        module.path.read_text() for module in modules() if not module.name.endswith("roles")
    )
    return {name for name in permissions_of(Role.OWNER) if f'"{name}"' in text}


def test_a_viewer_may_only_look():
    assert {
        name for name in GRANTS[Role.VIEWER] if not name.split(".")[1].startswith("see")
    } == set()
