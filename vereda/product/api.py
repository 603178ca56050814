"""What the workspace sells, for programs."""

from ninja import Router, Schema

from vereda.foundation.api import BearerRequest, endpoint
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass
from vereda.product.models import Feature, Product
from vereda.product.queries import features_in, products_in

router = Router(tags=["products"])


class ProductOut(Schema):
    """A product on sale; its features are named by their short names."""

    slug: str
    name: str
    description: str
    innovation: InnovationLevel
    price: PriceClass
    cadence: Cadence
    features: list[str]

    @staticmethod
    def resolve_features(row: Product) -> list[str]:
        """The short names of what it can do."""
        return [feature.slug for feature in row.features.all()]


class FeatureOut(Schema):
    """Something a product can do, and the names of the events that mean it was used."""

    slug: str
    name: str
    product: str
    description: str
    cadence: Cadence
    events: list[str]

    @staticmethod
    def resolve_product(row: Feature) -> str:
        """The product's short name."""
        return row.product.slug

    @staticmethod
    def resolve_events(row: Feature) -> list[str]:
        """The names of its events."""
        return [event.name for event in row.events.all()]


@router.get("/products", response=list[ProductOut])
@endpoint(may="product.see")
def list_products(request: BearerRequest) -> list[Product]:
    """What is on sale, by name."""
    return list(products_in(request.member.workspace))


@router.get("/features", response=list[FeatureOut])
@endpoint(may="product.see")
def list_features(request: BearerRequest) -> list[Feature]:
    """Every feature offered, by product and name."""
    return list(features_in(request.member.workspace))
