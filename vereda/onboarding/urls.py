"""Addresses of onboarding, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.onboarding.pages import building, templates

app_name = "onboarding"

TEMPLATES = "onboarding/templates/"
TEMPLATE = f"{TEMPLATES}<str:template>/"

urlpatterns: list[URLPattern] = [
    path(TEMPLATES, templates.templates, name="templates"),
    path(f"{TEMPLATES}new/", templates.new_template, name="new-template"),
    path(f"{TEMPLATES}from-file/", templates.import_template, name="import-template"),
    path(f"{TEMPLATES}ready/<slug:preset>/", templates.take_preset, name="take-preset"),
    path(TEMPLATE, templates.template, name="template"),
    path(f"{TEMPLATE}editions/<int:number>/", templates.edition, name="edition"),
    path(f"{TEMPLATE}describe/", templates.describe, name="describe-template"),
    path(f"{TEMPLATE}copy/", templates.copy, name="copy-template"),
    path(f"{TEMPLATE}publish/", templates.publish, name="publish-template"),
    path(f"{TEMPLATE}discard/", templates.discard, name="discard-draft"),
    path(f"{TEMPLATE}archive/", templates.archive, name="archive-template"),
    path(f"{TEMPLATE}restore/", templates.restore, name="restore-template"),
    path(f"{TEMPLATE}file/", templates.template_file, name="template-file"),
    path(f"{TEMPLATE}from-file/", templates.replace_draft, name="replace-draft"),
    path(f"{TEMPLATE}build/", building.build, name="build"),
    path(f"{TEMPLATE}sets/<int:number>/add/", building.choose_kind, name="choose-kind"),
    path(f"{TEMPLATE}sets/<int:number>/add/<slug:kind>/", building.add_item, name="add-item"),
    path(f"{TEMPLATE}sets/<int:number>/gate/", building.word_gate, name="word-gate"),
    path(f"{TEMPLATE}items/<slug:key>/", building.edit_item, name="edit-item"),
    path(f"{TEMPLATE}items/<slug:key>/move/", building.move_item, name="move-item"),
    path(f"{TEMPLATE}items/<slug:key>/remove/", building.remove_item, name="remove-item"),
]
