"""The JSON API at /api/v1/: each capability adds a router with its operations."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja.openapi.schema import OpenAPISchema

from vereda.adoption.api import router as adoption
from vereda.audiences.api import router as audiences
from vereda.customers.api.accounts import router as accounts
from vereda.customers.api.notes import router as notes
from vereda.customers.api.people import router as people
from vereda.events.api import router as events
from vereda.events.metric_api import router as metrics
from vereda.foundation.access import READING, public_page
from vereda.foundation.api import VeredaApi
from vereda.health.api import router as health
from vereda.onboarding.api.plans import router as onboarding_plans
from vereda.onboarding.api.templates import router as onboarding_templates
from vereda.outcomes.api import router as outcomes
from vereda.privacy.api import router as privacy
from vereda.product.api import router as product
from vereda.revenue.api import router as revenue
from vereda.revenue.report_api import router as money_reports
from vereda.support.api import router as support
from vereda.surveys.api import router as surveys
from vereda.worklist.api import router as worklist
from vereda.workspaces.api import router as workspaces

ROUTERS = (
    workspaces,
    product,
    accounts,
    people,
    notes,
    privacy,
    events,
    metrics,
    revenue,
    money_reports,
    support,
    surveys,
    audiences,
    worklist,
    outcomes,
    health,
    adoption,
    onboarding_templates,
    onboarding_plans,
)

api = VeredaApi(title="Vereda", version="1")
for router in ROUTERS:
    api.add_router("", router)


@public_page(because="programs read what the API can do before they have a token", methods=READING)
def openapi(_: HttpRequest) -> HttpResponse:
    """The description of every operation, as OpenAPI."""
    schema: OpenAPISchema = api.get_openapi_schema(path_prefix="/api/v1/")
    return JsonResponse(schema)


urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="openapi"),
    *api.operations(),
]
