"""Addresses of messaging, below /w/<workspace>/; OUTSIDE stands at the root, without sign-in."""

from django.urls import URLPattern, path

from vereda.messaging.pages import inbound, letters, people, receiving, settings, wishes

app_name = "messaging"

urlpatterns: list[URLPattern] = [
    path("letters/", letters.letters, name="letters"),
    path("letters/in/", inbound.inbound, name="inbound"),
    path("letters/in/<uuid:inbound>/", inbound.one, name="inbound-letter"),
    path("letters/in/<uuid:inbound>/theirs/", inbound.accept, name="accept-answer"),
    path("letters/in/<uuid:inbound>/aside/", inbound.set_aside, name="set-answer-aside"),
    path("letters/<uuid:letter>/", letters.letter, name="letter"),
    path("letters/<uuid:letter>/stop/", letters.stop, name="stop-letter"),
    path("letters/<uuid:letter>/again/", letters.resend, name="resend-letter"),
    path("people/<str:key>/letters/", people.person, name="person"),
    path("people/<str:key>/letters/new/", letters.compose, name="compose"),
    path("people/<str:key>/letters/wishes/", people.wishes, name="wishes"),
    path("people/<str:key>/letters/suppress/", people.suppress, name="suppress"),
    path("people/<str:key>/letters/lift/", people.lift, name="lift"),
    path("settings/letters/", settings.settings, name="settings"),
    path("settings/letters/key/", settings.rotate, name="rotate-key"),
    path("settings/letters/key/end-older/", settings.end_older, name="end-older-keys"),
]

OUTSIDE: list[URLPattern] = [
    path("in/<str:token>/", receiving.receive, name="receive_letter"),
    path("l/<str:token>/", wishes.preferences, name="letter_preferences"),
    path("l/<str:token>/unsubscribe/", wishes.unsubscribe, name="letter_unsubscribe"),
]
