"""Addresses of audiences, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.audiences.pages import building, by_hand, files, listed, surveys

app_name = "audiences"

urlpatterns: list[URLPattern] = [
    path("audiences/", listed.audiences, name="audiences"),
    path("audiences/new/", building.new, name="new"),
    path("audiences/file/", files.audiences_file, name="file"),
    path("audiences/from-file/", files.audiences_from_file, name="from-file"),
    path("audiences/<str:key>/", listed.audience, name="audience"),
    path("audiences/<str:key>/edit/", building.edit, name="edit"),
    path("audiences/<str:key>/test/", listed.judge_one, name="test"),
    path("audiences/<str:key>/export/", listed.export, name="export"),
    path("audiences/<str:key>/answer/", listed.answer_one, name="answer"),
    path("audiences/<str:key>/archive/", listed.archive_one, name="archive"),
    path("audiences/<str:key>/restore/", listed.restore_one, name="restore"),
    path("audiences/<str:key>/add/", by_hand.add, name="add"),
    path("audiences/<str:key>/hold-out/", by_hand.hold, name="hold-out"),
    path(
        "audiences/<str:key>/inclusions/<uuid:inclusion>/leave/",
        by_hand.leave,
        name="leave",
    ),
    path("surveys/<str:survey>/audiences/", surveys.send_survey, name="survey"),
    path(
        "surveys/<str:survey>/audiences/<uuid:sending>/stop/",
        surveys.stop_survey,
        name="stop-survey",
    ),
]
