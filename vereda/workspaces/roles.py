"""Which role may do what: the only list of permissions, by capability and verb.

A role has what stands at its own line and at every line below it.
"""

from functools import cache

from vereda.workspaces.contracts import Role

GRANTS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset(
        {
            "workspaces.open_another",
        }
    ),
    Role.ADMIN: frozenset(
        {
            "workspaces.configure",
            "workspaces.invite",
            "workspaces.change_role",
            "workspaces.issue_key",
            "workspaces.issue_token",
            "workspaces.see_audit",
            "sample.load",
            "sample.remove",
        }
    ),
    Role.MEMBER: frozenset(
        {
            "events.import_usage",
            "imports.run",
            "revenue.edit_subscription",
            "revenue.import_churn",
            "revenue.import_subscriptions",
            "support.edit_ticket",
            "support.import_tickets",
        }
    ),
    Role.VIEWER: frozenset(
        {
            "events.see",
            "imports.see",
            "support.see",
            "workspaces.see",
        }
    ),
}

ORDER = (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)


@cache
def permissions_of(role: Role) -> frozenset[str]:
    """All that a role may do."""
    lower = ORDER[: ORDER.index(role) + 1]
    return frozenset().union(*(GRANTS[each] for each in lower))
