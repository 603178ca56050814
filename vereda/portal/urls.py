"""Addresses of the portal: for members below /w/<workspace>/, for visitors below /p/<slug>/."""

from django.urls import URLPattern, path

from vereda.portal.pages import branding, door, home, own_data, people, plans, steps, value

app_name = "portal"

PEOPLE = "accounts/<str:account>/portal/people/"

urlpatterns: list[URLPattern] = [
    path(PEOPLE, people.people, name="people"),
    path(f"{PEOPLE}<str:person>/invite/", people.invite, name="invite"),
    path(f"{PEOPLE}<str:person>/end-visits/", people.end_visits, name="end-visits"),
    path("settings/portal/", branding.settings, name="settings"),
]

VISITING: list[URLPattern] = [
    path("p/<slug:slug>/", home.home, name="portal"),
    path("p/<slug:slug>/brand.css", branding.stylesheet, name="portal_style"),
    path("p/<slug:slug>/logo.png", branding.logo, name="portal_logo"),
    path("p/<slug:slug>/plans/<str:plan>/", plans.whole, name="portal_plan"),
    path("p/<slug:slug>/steps/<uuid:item_id>/give/", steps.give, name="portal_give"),
    path("p/<slug:slug>/steps/<uuid:item_id>/approve/", steps.approve, name="portal_approve"),
    path("p/<slug:slug>/steps/<uuid:item_id>/decline/", steps.decline, name="portal_decline"),
    path("p/<slug:slug>/steps/<uuid:item_id>/smile/", steps.smile, name="portal_smile"),
    path("p/<slug:slug>/value/", value.value, name="portal_value"),
    path("p/<slug:slug>/value/report.pdf", value.value_file, name="portal_value_pdf"),
    path("p/<slug:slug>/value/<str:outcome>/verdict/", value.verdict, name="portal_verdict"),
    path(
        "p/<slug:slug>/value/<str:outcome>/files/<uuid:file_id>/",
        value.evidence,
        name="portal_evidence",
    ),
    path("p/<slug:slug>/data/", own_data.own_data, name="portal_data"),
    path("p/<slug:slug>/data/<str:purpose>/answer/", own_data.allow, name="portal_allow"),
    path("p/<slug:slug>/data/copy/", own_data.copy, name="portal_copy"),
    path("p/<slug:slug>/data/ask/", own_data.ask, name="portal_ask"),
    path("p/<slug:slug>/data/confirm/", door.confirm, name="portal_confirm"),
    path("p/<slug:slug>/come-in/", door.come_in, name="portal_come_in"),
    path("p/<slug:slug>/come-in/code/", door.code, name="portal_code"),
    path("p/<slug:slug>/come-in/as/<str:who>/", door.come_in_as, name="portal_come_in_as"),
    path("p/<slug:slug>/come-in/<str:token>/", door.link, name="portal_link"),
    path("p/<slug:slug>/leave/", door.leave, name="portal_leave"),
]
