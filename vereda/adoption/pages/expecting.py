"""What is expected of a product and its features: when a first use is complete, how often is
regular."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.actions.expecting import expect_of_feature, expect_of_product
from vereda.adoption.forms import ExpectationForm, expectation_initial
from vereda.adoption.queries.things import expectations_in
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.product.queries import features_in, product_with_slug

if TYPE_CHECKING:
    from vereda.product.models import Feature, Product

MAY = "adoption.edit"


@page(may=MAY)
def expect(request: MemberRequest, product: str) -> HttpResponse:
    """What is expected of a whole product; and the way to its features."""
    workspace = request.member.workspace
    row = product_with_slug(workspace, product)
    features = [each for each in features_in(workspace).filter(product=row) if each.events.all()]
    held = expectations_in(workspace).get((row.pk, None))
    form = ExpectationForm(
        request.POST or None, features=features, initial=expectation_initial(held)
    )

    def act() -> None:
        expect_of_product(
            row,
            period_days=form.cleaned_data["period"],
            features=form.cleaned_data["wanted"],
            by=request.member,
        )

    if form.accepts(act):
        return kept(request, row)
    context = {"product": row, "feature": None, "features": features, "form": form}
    return answer(request, "adoption/expect.html", context, status=form.answer_status)


@page(may=MAY)
def expect_feature(request: MemberRequest, product: str, feature: str) -> HttpResponse:
    """What is expected of one feature."""
    workspace = request.member.workspace
    row = product_with_slug(workspace, product)
    chosen = offered_feature(row, feature)
    held = expectations_in(workspace).get((row.pk, chosen.pk))
    events = [event.name for event in chosen.events.all()]
    form = ExpectationForm(request.POST or None, events=events, initial=expectation_initial(held))

    def act() -> None:
        expect_of_feature(
            chosen,
            period_days=form.cleaned_data["period"],
            events=form.cleaned_data["wanted"],
            by=request.member,
        )

    if form.accepts(act):
        return kept(request, row)
    context = {"product": row, "feature": chosen, "features": [], "form": form}
    return answer(request, "adoption/expect.html", context, status=form.answer_status)


def offered_feature(product: Product, slug: str) -> Feature:
    """The feature of the product with that short name, or `Missing`."""
    row = features_in(product.workspace_id).filter(product=product, slug=slug).first()
    if row is None:
        raise Missing(slug)
    return row


def kept(request: MemberRequest, product: Product) -> HttpResponse:
    """Measure anew with what was said, and go back to what is expected of the product."""
    adoption_of_day(request.member.workspace, now=now())
    notice(request, _("Adoption is measured by that from now on."))
    names = {"workspace": request.member.workspace.slug, "product": product.slug}
    return answer_after(request, to=reverse("adoption:expect", kwargs=names))
