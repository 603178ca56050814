"""Nobody signs in by what somebody else says of them (U18): there is no single sign-on to forge."""

import pytest
from allauth.socialaccount import providers
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

pytestmark = pytest.mark.django_db

ROUTES = [
    "/accounts/google/login/callback/",
    "/accounts/saml/acme/acs/",
    "/accounts/oidc/acme/login/callback/",
    "/sign-in/saml/",
    "/saml/acs/",
    "/oauth/callback/",
]
FORGED = {
    "SAMLResponse": "PHNhbWxwOlJlc3BvbnNlLz4=",
    "id_token": "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6Im93bmVyQGFjbWUuZXhhbXBsZSJ9.",
    "email": "owner@acme.example",
    "email_verified": "false",
}


def test_u18_no_provider_is_installed():
    installed = [app for app in settings.INSTALLED_APPS if ".providers." in app]

    assert installed == []
    assert providers.registry.get_class_list() == []
    assert settings.AUTHENTICATION_BACKENDS == [
        "allauth.account.auth_backends.AuthenticationBackend"
    ]


@pytest.mark.parametrize("path", ROUTES)
def test_u18_there_is_no_route_to_say_so(path):
    with pytest.raises(Resolver404):
        resolve(path)


def test_u18_no_view_of_single_sign_on_is_routed():
    views = [str(pattern.callback) for pattern in every_pattern(get_resolver())]

    assert len(views) > 100
    assert [view for view in views if "socialaccount" in view or "saml" in view.lower()] == []


def every_pattern(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from every_pattern(pattern)
        else:
            yield pattern


@pytest.mark.parametrize("path", ["/sign-in/", "/", *ROUTES])
def test_u18_what_a_stranger_says_of_an_owner_signs_nobody_in(acme, path):
    browser = Client()

    for headers in ({}, {"REMOTE_USER": acme.owner.user.email, "HTTP_X_REMOTE_USER": "owner"}):
        browser.post(path, {**FORGED, "email": acme.owner.user.email}, **headers)

    assert "_auth_user_id" not in browser.session
    assert browser.get("/w/acme/").status_code in (302, 404)
