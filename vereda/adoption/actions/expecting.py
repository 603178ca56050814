"""What a workspace expects: what makes a first use complete, how often is regular, when to warn."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.adoption.contracts import WrongExpectation
from vereda.adoption.models import SentinelPolicy, UseExpectation
from vereda.adoption.wording import PERIODS
from vereda.product.queries import features_in
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.product.models import Feature, Product
    from vereda.workspaces.models import Member, Workspace

FEWEST_PERCENT: Final = 1
MOST_PERCENT: Final = 50


@transaction.atomic
def expect_of_product(
    product: Product,
    *,
    period_days: int,
    features: Collection[str],
    by: Member | None,
) -> UseExpectation:
    """A first use of the product is complete once each of these features (short names) was used;
    used regularly, it is used about every so many days."""
    offered = set(
        features_in(product.workspace_id).filter(product=product).values_list("slug", flat=True)
    )
    unknown = sorted(set(features) - offered)
    if unknown:
        raise WrongExpectation(_("%s is no feature of this product.") % unknown[0])
    return _expect(product, None, period_days=period_days, features=features, events=(), by=by)


@transaction.atomic
def expect_of_feature(
    feature: Feature, *, period_days: int, events: Collection[str], by: Member | None
) -> UseExpectation:
    """A first use of the feature is complete once each of these of its events came."""
    held = {event.name for event in feature.events.all()}
    unknown = sorted(set(events) - held)
    if unknown:
        raise WrongExpectation(_("%s does not mean that this feature was used.") % unknown[0])
    return _expect(
        feature.product, feature, period_days=period_days, features=(), events=events, by=by
    )


def _expect(
    product: Product,
    feature: Feature | None,
    *,
    period_days: int,
    features: Collection[str],
    events: Collection[str],
    by: Member | None,
) -> UseExpectation:
    if period_days not in PERIODS:
        raise WrongExpectation(_("Regular use is daily, weekly, monthly or quarterly."))
    row, _made = UseExpectation.objects.of(product.workspace_id).update_or_create(
        workspace_id=product.workspace_id,
        product=product,
        feature=feature,
        defaults={
            "period_days": period_days,
            "features": sorted(set(features)),
            "events": sorted(set(events)),
        },
    )
    record(
        by,
        "expected a first use",
        feature or product,
        period_days=period_days,
        features=len(set(features)),
        events=len(set(events)),
    )
    return row


@transaction.atomic
def allow_false_alarms(workspace: Workspace, *, percent: int, by: Member | None) -> SentinelPolicy:
    """Of a hundred customers who would begin by themselves, so many may be called too early."""
    if not FEWEST_PERCENT <= percent <= MOST_PERCENT:
        raise WrongExpectation(
            _("Between %(least)s and %(most)s of a hundred.")
            % {"least": FEWEST_PERCENT, "most": MOST_PERCENT}
        )
    row, _made = SentinelPolicy.objects.of(workspace).update_or_create(
        workspace=workspace, defaults={"false_alarm_percent": percent}
    )
    record(by, "allowed false alarms", workspace, percent=percent)
    return row
