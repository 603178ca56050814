"""The JSON API at /api/v1/: each capability adds a router with its operations."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja.openapi.schema import OpenAPISchema

from vereda.foundation.access import READING, public_page
from vereda.foundation.api import VeredaApi
from vereda.workspaces.api import router as workspaces

api = VeredaApi(title="Vereda", version="1")
api.add_router("", workspaces)


@public_page(because="programs read what the API can do before they have a token", methods=READING)
def openapi(_: HttpRequest) -> HttpResponse:
    """The description of every operation, as OpenAPI."""
    schema: OpenAPISchema = api.get_openapi_schema(path_prefix="/api/v1/")
    return JsonResponse(schema)


urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="openapi"),
    *api.operations(),
]
