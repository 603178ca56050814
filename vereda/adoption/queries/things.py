"""What can be measured: products and features with events, and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.adoption.models import UseExpectation
from vereda.adoption.rules.patterns import (
    FEWEST_DAYS,
    USUAL_PERIOD,
    longest_interval,
    shortest_stretch,
)
from vereda.adoption.rules.sentinel import WAITS, stated_wait
from vereda.events.contracts.adopting import UseGroup
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass
from vereda.product.queries import products_in

if TYPE_CHECKING:
    from vereda.product.models import Feature, Product
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something whose use is measured: a product, one of its features, or anything at all.

    `steps`: sets of event names; the first use is complete once one of each set came.
    """

    product: Product | None = None
    feature: Feature | None = None
    names: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = ()
    period_days: int = USUAL_PERIOD

    @property
    def product_id(self) -> UUID | None:
        """The product's id."""
        return self.product.pk if self.product else None

    @property
    def feature_id(self) -> UUID | None:
        """The feature's id."""
        return self.feature.pk if self.feature else None

    @property
    def ids(self) -> tuple[UUID | None, UUID | None]:
        """Product and feature: what rows about it are found by."""
        return self.product_id, self.feature_id

    @cached_property
    def cadence(self) -> Cadence:
        """How often somebody well served uses it."""
        held = self.feature or self.product
        return Cadence(held.cadence) if held else Cadence.REGULAR

    @property
    def known_after(self) -> int:
        """So many days after it begins, a regular pattern is known."""
        return shortest_stretch(self.period_days)

    @property
    def stated_wait(self) -> int:
        """Days until the alarm where nothing was learned."""
        if self.product is None:
            return WAITS[1]
        return stated_wait(InnovationLevel(self.product.innovation), PriceClass(self.product.price))

    @property
    def group(self) -> UseGroup:
        """As the event store is asked about it."""
        return UseGroup(
            names=self.names,
            steps=self.steps,
            longest=longest_interval(self.period_days),
            shortest=self.known_after,
            fewest=FEWEST_DAYS,
        )


def things_measured(workspace: Workspace | UUID) -> list[Thing]:
    """Anything at all, then each product with its features that have events; four queries."""
    expected = expectations_in(workspace)
    things = [Thing()]
    for product in products_in(workspace):
        features = [each for each in product.features.all() if each.events.all()]
        if not features:
            continue
        names = {each.slug: _names_of(each) for each in features}
        whole = expected.get((product.pk, None))
        every = tuple(name for held in names.values() for name in held)
        things.append(
            Thing(
                product=product,
                names=every,
                steps=_steps(whole, names, every),
                period_days=whole.period_days if whole else USUAL_PERIOD,
            )
        )
        for feature in features:
            own = expected.get((product.pk, feature.pk))
            period = own or whole
            things.append(
                Thing(
                    product=product,
                    feature=feature,
                    names=names[feature.slug],
                    steps=_steps(own, {}, names[feature.slug]),
                    period_days=period.period_days if period else USUAL_PERIOD,
                )
            )
    return things


def expectations_in(
    workspace: Workspace | UUID,
) -> dict[tuple[UUID, UUID | None], UseExpectation]:
    """What was said to be expected, by product and feature; one query."""
    return {
        (row.product_id, row.feature_id): row for row in UseExpectation.objects.of(workspace).all()
    }


def _names_of(feature: Feature) -> tuple[str, ...]:
    return tuple(event.name for event in feature.events.all())


def _steps(
    expectation: UseExpectation | None,
    features: dict[str, tuple[str, ...]],
    names: tuple[str, ...],
) -> tuple[tuple[str, ...], ...]:
    """What has to be used once, of what is still there: a feature or event that went asks for
    nothing."""
    if expectation is None:
        return ()
    wanted = [features[slug] for slug in expectation.features if slug in features]
    return (*wanted, *((name,) for name in expectation.events if name in names))
