"""Addresses of onboarding, below /w/<workspace>/."""

from django.urls import URLPattern, path

from vereda.onboarding.pages import (
    adding,
    board,
    building,
    hours,
    items,
    months,
    plans,
    reports,
    templates,
)

app_name = "onboarding"

TEMPLATES = "onboarding/templates/"
TEMPLATE = f"{TEMPLATES}<str:template>/"
PLANS = "onboarding/plans/"
PLAN = f"{PLANS}<str:plan>/"

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
    path("reports/where-days-go/", reports.days, name="days"),
    path("onboarding/", board.board, name="board"),
    path("onboarding/calendar/", months.months, name="calendar"),
    path(PLANS, board.table, name="plans"),
    path(f"{PLANS}assign/", board.assign, name="assign-lead"),
    path(f"{PLANS}start/", plans.start, name="start-plan"),
    path(PLAN, plans.show, name="plan"),
    path(f"{PLAN}move/", board.move, name="move-plan"),
    path(f"{PLAN}edit/", plans.edit, name="edit-plan"),
    path(f"{PLAN}agree/", plans.agree, name="agree-plan"),
    path(f"{PLAN}stop/", plans.stop, name="stop-plan"),
    path(f"{PLAN}resume/", plans.resume, name="resume-plan"),
    path(f"{PLAN}last-question/", plans.leave, name="leave-plan"),
    path(f"{PLAN}promise/", plans.promise, name="promise"),
    path(f"{PLAN}promises/<uuid:promise>/withdraw/", plans.withdraw, name="withdraw-promise"),
    path(f"{PLAN}part/", plans.part, name="plan-part"),
    path(f"{PLAN}people/<str:person>/out/", plans.take_out, name="take-out"),
    path(f"{PLAN}benefit/", plans.benefit, name="plan-benefit"),
    path(f"{PLAN}benefits/<str:outcome>/unlink/", plans.forget_benefit, name="forget-benefit"),
    path(f"{PLAN}tools/new/", plans.new_tool, name="new-tool"),
    path(f"{PLAN}tools/<uuid:tool>/", plans.edit_tool, name="edit-tool"),
    path(f"{PLAN}tools/<uuid:tool>/feedback/", plans.feedback, name="tool-feedback"),
    path(f"{PLAN}add/", adding.choose, name="choose-added"),
    path(f"{PLAN}add/<slug:kind>/", adding.add, name="add-to-plan"),
    path(f"{PLAN}hours/", hours.hours, name="plan-hours"),
    path(f"{PLAN}hours/theirs/", hours.theirs, name="their-hours"),
    path(f"{PLAN}hours/theirs/usual/", hours.usual_theirs, name="their-usual-hours"),
    path(f"{PLAN}hours/ours/", hours.ours, name="our-hours"),
    path(f"{PLAN}hours/ours/usual/", hours.usual_ours, name="our-usual-hours"),
    path(f"{PLAN}items/<slug:item>/<slug:verb>/", items.act, name="act-on-item"),
]
