"""Addresses of surveys, below /w/<workspace>/; ANSWERING stands at the root, without sign-in."""

from django.urls import URLPattern, path

from vereda.surveys.pages import answering, composing, results, sending, surveys

app_name = "surveys"

urlpatterns: list[URLPattern] = [
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", surveys.new_survey, name="new"),
    path("surveys/<str:survey>/", results.survey, name="survey"),
    path("surveys/<str:survey>/answers.csv", results.export, name="export"),
    path("surveys/<str:survey>/questions/", composing.wording, name="wording"),
    path("surveys/<str:survey>/preview/", composing.preview, name="preview"),
    path("surveys/<str:survey>/settings/", surveys.settings, name="settings"),
    path("surveys/<str:survey>/open/", surveys.open_one, name="open"),
    path("surveys/<str:survey>/end/", surveys.end_one, name="end"),
    path("surveys/<str:survey>/sending/", sending.sending, name="sending"),
    path("surveys/<str:survey>/sending/<int:number>/stop/", sending.stop, name="stop"),
    path("surveys/<str:survey>/sending/<int:number>/again/", sending.send_again, name="again"),
]

ANSWERING: list[URLPattern] = [
    path("s/<str:token>/", answering.respond, name="answer_survey"),
    path("s/<str:token>/more/", answering.respond_more, name="survey_more"),
    path("s/<str:token>/thanks/", answering.thanks, name="survey_thanks"),
    path("s/<str:token>/unsubscribe/", answering.unsubscribe, name="unsubscribe_survey"),
]
