"""How the people of an account are related: a graph, its table, and a form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.actions.relationships import relate_people, unrelate_people
from vereda.customers.contracts import RelationKind
from vereda.customers.forms import RelationshipForm
from vereda.customers.models.accounts import Account
from vereda.customers.pages.shown import (
    account_address,
    address_to,
    done_with,
    person_address,
)
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.relationships import (
    RelationshipMap,
    relationship_map,
    relationship_with_id,
    relationships_of,
)
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.graphs import Edge, Node, relationship_graph
from vereda.foundation.pages import answer

TONES = {
    RelationKind.CHAMPION: "good",
    RelationKind.DECIDES: "plain",
    RelationKind.BLOCKS: "risk",
}


@page(may="customers.see", methods=("GET", "HEAD"))
def relationships(request: MemberRequest, key: str) -> HttpResponse:
    """The people of an account and what they are to each other."""
    account = account_with_key(request.member.workspace, key)
    return shown(request, account, RelationshipForm(account=account))


@page(may="customers.edit_person")
def relate(request: MemberRequest, key: str) -> HttpResponse:
    """Say what somebody is to another, or to the account."""
    account = account_with_key(request.member.workspace, key)
    form = RelationshipForm(request.POST or None, account=account)

    def act() -> None:
        relate_people(form.who(), account=account, by=request.member, **form.said())

    if form.accepts(act):
        to = address_to(request, "relationships", key=account.key)
        return done_with(request, said=_("The relationship is noted."), to=to)
    return shown(request, account, form)


@page(may="customers.edit_person", methods=("POST",))
def unrelate(request: MemberRequest, key: str, relationship: UUID) -> HttpResponse:
    """Take a relationship back."""
    account = account_with_key(request.member.workspace, key)
    unrelate_people(relationship_with_id(account, relationship), by=request.member)
    to = address_to(request, "relationships", key=account.key)
    return done_with(request, said=_("The relationship is gone."), to=to)


def shown(request: MemberRequest, account: Account, form: RelationshipForm) -> HttpResponse:
    """The page with the graph, the table and the form."""
    between = relationship_map(account)
    context = {
        "account": account,
        "account_url": account_address(request, account),
        "people": between.people,
        "graph": graph_of(request, between),
        "rows": [
            (row, wording.RELATIONS[RelationKind(row.kind)]) for row in relationships_of(account)
        ],
        "form": form,
        "may_edit": request.member.may("customers.edit_person"),
    }
    return answer(
        request, "customers/relationships.html#relationships", context, status=form.answer_status
    )


def graph_of(request: MemberRequest, between: RelationshipMap) -> SafeString:
    """The picture: people as boxes, what they are to each other as arrows."""
    nodes = [
        Node(
            key=str(person.pk),
            name=person.called,
            role=_roles(between, person.pk) or person.title,
            url=person_address(request, person),
            tone=_tone(between, person.pk),
        )
        for person in between.people
    ]
    edges = [
        Edge(
            source=str(row.from_person_id),
            target=str(row.to_person_id),
            label=wording.RELATIONS[RelationKind(row.kind)],
            tone=TONES.get(RelationKind(row.kind), ""),
            upward=row.kind == RelationKind.REPORTS_TO,
        )
        for row in between.between
    ]
    return relationship_graph(nodes, edges, title=_("Relationships"))


def _roles(between: RelationshipMap, person_id: UUID) -> str:
    return ", ".join(str(wording.RELATIONS[kind]) for kind in between.kinds.get(person_id, []))


def _tone(between: RelationshipMap, person_id: UUID) -> str:
    tones = [TONES[kind] for kind in between.kinds.get(person_id, []) if kind in TONES]
    return tones[0] if tones else ""
