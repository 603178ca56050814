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
            "customers.define_field",
            "events.set_retention",
            "privacy.configure",
            "privacy.erase",
            "workspaces.configure",
            "workspaces.invite",
            "workspaces.change_role",
            "workspaces.issue_key",
            "workspaces.issue_token",
            "workspaces.see_audit",
            "sample.load",
            "sample.remove",
            "health.publish",
            "messaging.configure",
            "onboarding.publish",
            "portal.configure",
            "revenue.configure",
            "support.configure",
        }
    ),
    Role.MEMBER: frozenset(
        {
            "console.export_accounts",
            "console.share_view",
            "customers.add_account",
            "customers.archive_account",
            "customers.edit_account",
            "customers.edit_person",
            "customers.import_accounts",
            "customers.import_people",
            "customers.merge",
            "customers.write_note",
            "privacy.answer",
            "product.edit",
            "events.define_metric",
            "events.describe",
            "events.import_usage",
            "events.repair",
            "imports.run",
            "revenue.edit_subscription",
            "revenue.import_churn",
            "revenue.import_subscriptions",
            "support.edit_ticket",
            "surveys.edit",
            "surveys.send",
            "surveys.import_answers",
            "audiences.edit",
            "worklist.act",
            "worklist.edit_playbook",
            "adoption.edit",
            "health.edit",
            "messaging.send",
            "onboarding.act",
            "onboarding.edit_template",
            "outcomes.edit",
            "portal.invite",
            "health.give_opinion",
            "support.import_tickets",
        }
    ),
    Role.VIEWER: frozenset(
        {
            "customers.see",
            "privacy.see",
            "product.see",
            "events.see",
            "imports.see",
            "revenue.see",
            "support.see",
            "surveys.see",
            "audiences.see",
            "worklist.see",
            "adoption.see",
            "health.see",
            "messaging.see",
            "onboarding.see",
            "outcomes.see",
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
