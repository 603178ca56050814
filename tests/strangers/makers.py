"""One of everything that an address can name, by "segment/parameter" of the address."""

from io import BytesIO

from conftest import Company
from tests.strangers.world import Maker
from vereda.audiences.actions.by_hand import add_by_hand
from vereda.audiences.actions.surveys import order_survey_sending
from vereda.audiences.contracts import SendingTerms
from vereda.audiences.models import Inclusion
from vereda.audiences.testing import a_row, an_audience
from vereda.config.wiring import IMPORTABLE
from vereda.console.actions.bulk import order_bulk_edit
from vereda.console.actions.views import save_view
from vereda.console.contracts import BulkField
from vereda.customers.actions.accounts import add_external_id
from vereda.customers.actions.duplicates import suggest_duplicate_accounts
from vereda.customers.actions.files import add_file
from vereda.customers.actions.lighthouses import add_lighthouse
from vereda.customers.actions.merges import merge_accounts
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import RelationKind
from vereda.customers.models.duplicates import DuplicateSuggestion
from vereda.customers.models.people import Membership
from vereda.customers.testing import a_field, a_note, a_person, an_account
from vereda.events.actions.metrics import define_metric
from vereda.events.actions.storing import store_submission
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.drifting import DriftKind
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.models.definitions import Drift
from vereda.events.queries.arrivals import quarantined_items
from vereda.events.queries.single_events import latest_events
from vereda.events.rules.drifting import key_of_event
from vereda.events.testing import a_refusal, a_submission, an_event
from vereda.foundation.testing import MORNING
from vereda.health.actions.pulses import give_opinion
from vereda.health.actions.scorecards import save_draft
from vereda.health.actions.scoring import score_portfolio
from vereda.health.testing import a_factor as a_health_factor
from vereda.health.testing import a_published_card, some_rules
from vereda.imports.actions.mapping import choose_identity, map_columns, remember_mapping
from vereda.imports.queries.imports import mapping_of
from vereda.imports.testing import a_file
from vereda.messaging.actions.wishes import suppress_address
from vereda.messaging.contracts import SuppressionReason
from vereda.messaging.testing import a_letter, a_reply, an_address
from vereda.onboarding.actions.plans import put_tool
from vereda.onboarding.actions.promises import promise_date
from vereda.onboarding.actions.templates import add_template_item, draft_template, publish_edition
from vereda.onboarding.contracts.plans import ToolKind
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    ItemKind,
    ItemSpec,
    SetNumber,
)
from vereda.onboarding.testing import a_plan, gave
from vereda.outcomes.actions.verdicts import verify_outcome
from vereda.outcomes.testing import a_measurement, an_expectation, an_outcome
from vereda.privacy.actions.requests import open_data_request
from vereda.privacy.contracts import RequestKind
from vereda.product.actions import place_step
from vereda.product.testing import a_feature, a_product
from vereda.revenue.actions.costs import put_monthly_cost
from vereda.revenue.testing import LAST_MARCH, a_rate, a_subscription, a_win
from vereda.support.actions.queues import add_repair_rule, put_ticket_queue
from vereda.support.contracts import Deed, Moment
from vereda.support.testing import a_commitment, a_policy, a_ticket, an_outage, some_hours
from vereda.surveys.actions.asking import order_wave
from vereda.surveys.queries.asking import Chosen
from vereda.surveys.testing import a_consenting, a_survey, an_answer
from vereda.worklist.actions.playbooks import start_playbook
from vereda.worklist.testing import a_playbook, a_queue, a_task, an_alert
from vereda.workspaces.actions.invitations import invite
from vereda.workspaces.actions.keys import issue_token, issue_write_key
from vereda.workspaces.contracts import Role

Keys = dict[str, str]


def people_who_work_there(company: Company, word: str) -> Keys:
    """A member, an invitation, a write key and a token."""
    invited = invite(
        email=f"{word}@new.example".lower(), role=Role.MEMBER, by=company.owner, now=MORNING
    )
    key = issue_write_key(company.workspace, label=word, by=company.owner, now=MORNING)
    token = issue_token(
        label=word, scopes=["workspaces.see"], expires_at=None, by=company.owner, now=MORNING
    )
    return {
        "members/member_id": str(company.member.pk),
        "invitations/invitation_id": str(invited.invitation.pk),
        "keys/key_id": str(key.pk),
        "tokens/token_id": str(token.token.pk),
    }


def what_is_sold(company: Company, word: str) -> Keys:
    """A product with a feature that has a step."""
    product = a_product(company, name=f"{word} product")
    feature = a_feature(product, name=f"{word} feature", events=[f"{word} used"])
    step = place_step(feature, name=f"{word} step", url_pattern="/x", by=company.owner)
    return {
        "products/slug": product.slug,
        "products/product": product.slug,
        "adoption/feature": feature.slug,
        "features/slug": feature.slug,
        "steps/step": step.slug,
        "target/slug": a_field(company, label=f"{word} field").slug,
        "fields/target": "account",
    }


def customers(company: Company, word: str) -> Keys:
    """An account with two people, a relationship, a note and a file."""
    account = an_account(company, name=f"{word} account", domain=f"{word}.example".lower())
    add_external_id(account, value=f"{word}-1", by=company.owner)
    first = a_person(
        company, name=f"{word} person", account=account, email=f"{word}@p.example".lower()
    )
    second = a_person(company, name=f"{word} colleague", account=account)
    related = relate_people(
        first, account=account, kind=RelationKind.REPORTS_TO, to=second, by=company.owner
    )
    note = a_note(account, body=f"{word} note")
    add_lighthouse(account, why=f"{word} shows the way", by=company.owner, on=MORNING.date())
    file = add_file(
        account, name=f"{word}.txt", content=BytesIO(word.encode()), by=company.owner, now=MORNING
    )
    membership = Membership.objects.of(company.workspace).filter(person=first).get()
    request = open_data_request(first, kind=RequestKind.ACCESS, by=company.owner, now=MORNING)
    return {
        "accounts/key": account.key,
        "accounts/account": account.key,
        "people/key": first.key,
        "people/person": first.key,
        "relationships/relationship": str(related.pk),
        "memberships/membership": str(membership.pk),
        "notes/note": str(note.pk),
        "files/file": str(file.pk),
        "requests/request_id": str(request.pk),
        "privacy/purpose": "messages",
        "cells/column": "next_step",
        "account/tab": "timeline",
    }


def doubles(company: Company, word: str) -> Keys:
    """A pair that may be the same account, and a merge that was made."""
    an_account(company, name=f"{word} Doble SL")
    an_account(company, name=f"{word} Doble S.L.")
    suggest_duplicate_accounts(company.workspace)
    pair = DuplicateSuggestion.objects.of(company.workspace).first()
    assert pair is not None
    kept, gone = an_account(company, name=f"{word} kept"), an_account(company, name=f"{word} gone")
    merged = merge_accounts(kept, absorbed=gone, by=company.owner, now=MORNING)
    return {"duplicates/pair": str(pair.pk), "merges/merge": str(merged.pk)}


def money_and_tickets(company: Company, word: str) -> Keys:
    """A subscription, a win, a rate, a month's costs and a ticket of an account of its own."""
    account = an_account(company, name=f"{word} payer")
    # A month is no secret, but the stranger's own must not answer to the other's.
    month = MORNING.date() if company.workspace.slug == "theirs" else LAST_MARCH
    put_monthly_cost(
        company.workspace,
        month=month,
        goods_minor=1,
        acquisition_minor=1,
        by=company.owner,
    )
    return {
        "wins/win": a_win(account, story=f"{word} story", competitor=f"{word} rival").key,
        "exchange-rates/rate_id": str(a_rate(company, source=f"{word} bank").pk),
        "costs/month": f"{month:%Y-%m}",
        "subscriptions/subscription": a_subscription(account, plan=f"{word} plan").key,
        "tickets/ticket": a_ticket(account, subject=f"{word} ticket").key,
    }


def what_support_promises(company: Company, word: str) -> Keys:
    """Hours, a policy, a queue, a repair rule, a commitment and an outage."""
    hours = some_hours(company, name=f"{word} hours")
    policy = a_policy(company, hours=hours, name=f"{word} policy")
    workspace, by = company.workspace, company.owner
    queue = put_ticket_queue(workspace, None, name=f"{word} queue", members=[by], by=by)
    rule = add_repair_rule(workspace, moment=Moment.BREACHED, deed=Deed.ESCALATE, by=by)
    ticket = a_ticket(an_account(company, name=f"{word} waiting"), subject=f"{word} waits")
    return {
        "hours/hours_id": str(hours.pk),
        "policies/policy_id": str(policy.pk),
        "queues/queue_id": str(queue.pk),
        "rules/rule_id": str(rule.pk),
        "commitments/commitment": a_commitment(ticket, promise=f"{word} promise").key,
        "outages/outage": an_outage(company, service=f"{word} service").key,
    }


def events(company: Company, word: str) -> Keys:
    """An event and a refused one, a metric of it, and a warning about it."""
    store_submission(
        a_submission(
            an_event(f"{word} event", person_key=f"{word}-u1"),
            workspace=workspace_key(company.workspace.pk),
            refusals=[a_refusal(found=word, item=f'{{"event":"{word} refused"}}')],
        )
    )
    definition = MetricDefinition(measure=Measure.COUNT, events=(f"{word} event",))
    metric = define_metric(
        company.workspace, name=f"{word} metric", definition=definition, by=company.owner
    )
    drift = Drift.objects.of(company.workspace).create(
        kind=DriftKind.EVENT_STOPPED, subject=f"{word} event", noticed_at=MORNING
    )
    return {
        "metrics/slug": metric.slug,
        "metrics/key": metric.slug,
        "drifts/drift": str(drift.pk),
        "definitions/event": key_of_event(f"{word} event"),
        "events/seq": str(latest_events(company.workspace, limit=1)[0].event.seq),
        "arrivals/seq": str(quarantined_items(company.workspace, limit=1)[0].seq),
        "quarantine/key": str(quarantined_items(company.workspace, limit=1)[0].seq),
    }


def imports(company: Company, word: str) -> Keys:
    """An import that is mapped, and a mapping that is remembered."""
    kind = next(kind for kind in IMPORTABLE if kind.name == "accounts")
    run = a_file(company, f"id,name\n{word}-2,{word} thing\n", kind=kind, name=f"{word}.csv")
    run = choose_identity(run, identity="external_id", by=company.admin, now=MORNING)
    mapping = mapping_of(run)
    assert mapping is not None
    run = map_columns(run, mapping=mapping, by=company.admin, now=MORNING)
    return {
        "imports/key": run.key,
        "mappings/mapping_id": str(remember_mapping(run, now=MORNING).pk),
    }


def console(company: Company, word: str) -> Keys:
    """A saved view and an edit of many accounts."""
    view = save_view(
        company.workspace, name=word, query="", shared=True, by=company.owner, now=MORNING
    )
    account = an_account(company, name=f"{word} one of many")
    edit = order_bulk_edit(
        company.workspace,
        field=BulkField.NEXT_STEP,
        value=f"{word} step",
        numbers=[account.number],
        query="",
        by=company.owner,
        now=MORNING,
    )
    return {"views/view": str(view.pk), "bulk/edit": str(edit.pk)}


def audiences(company: Company, word: str) -> Keys:
    """An audience with an account by its question and another by hand."""
    account = an_account(company, name=f"{word} by hand")
    audience = an_audience(
        company,
        a_row("customers.name", "is", f"{word} account"),
        name=f"{word} audience",
        description=f"{word} purpose",
    )
    add_by_hand(audience, [account.pk], reason=f"{word} reason", by=company.owner, now=MORNING)
    row = Inclusion.objects.of(company.workspace).filter(account=account).get()
    return {
        "audiences/key": audience.key,
        "inclusions/inclusion": str(row.pk),
        "test/thing": account.key,
    }


def health(company: Company, word: str) -> Keys:
    """A published scorecard with a draft, an account with a score and an opinion."""
    account = an_account(company, name=f"{word} judged")
    rules = some_rules(a_health_factor(label=f"{word} factor"))
    version = a_published_card(company, rules, name=f"{word} card", description=f"{word} aim")
    save_draft(version.scorecard, rules=rules, by=company.admin)
    give_opinion(account, value=4, comment=f"{word} opinion", by=company.member, now=MORNING)
    score_portfolio(company.workspace, now=MORNING)
    return {
        "scorecards/card": version.scorecard.key,
        "versions/number": str(version.number),
        "factors/factor": "opinion",
        "record/kind": "hit",
    }


def what_is_to_do(company: Company, word: str) -> Keys:
    """An alert, a task about a person, a queue, and a playbook at work."""
    account = an_account(company, name=f"{word} watched", owner_id=company.member.pk)
    alert = an_alert(account)
    person = a_person(company, name=f"{word} named", account=account)
    a_task(company.member, title=f"{word} task", account=account, person=person)
    playbook = a_playbook(company.admin, name=f"{word} playbook")
    run = start_playbook(playbook, account=account, alert=alert, by=company.admin, now=MORNING)
    task = run.tasks.get(step=0)
    return {
        "work/item": alert.key,
        "work/alert": alert.key,
        "work/task": task.key,
        "alerts/key": alert.key,
        "tasks/key": task.key,
        "queues/queue": str(a_queue(company.member, name=f"{word} shared").pk),
        "playbooks/playbook": playbook.slug,
        "playbooks/slug": playbook.slug,
        "presets/preset": "renewal",
        "runs/run": str(run.pk),
        "features/feature": f"{word} feature".lower().replace(" ", "-"),
    }


def surveys(company: Company, word: str) -> Keys:
    """A live survey that was sent to somebody, who answered, and to an audience."""
    account = an_account(company, name=f"{word} asked")
    person = a_consenting(
        a_person(company, name=f"{word} asked", account=account, email=f"{word}@asked.example")
    )
    survey = a_survey(company, name=f"{word} survey", moment=f"{word} moment")
    chosen = Chosen(account_ids=(account.pk,))
    wave = order_wave(survey, chosen=chosen, share=100, by=company.owner, now=MORNING)
    an_answer(survey, account_id=account.pk, person_id=person.pk, score=2, comment=f"{word} words")
    audience = an_audience(
        company, a_row("customers.name", "is", f"{word} asked"), name=f"{word} asked ones"
    )
    sending = order_survey_sending(
        survey,
        audience=audience,
        terms=SendingTerms(),
        keeps_on=True,
        by=company.owner,
        now=MORNING,
    )
    return {
        "surveys/survey": survey.key,
        "sending/number": str(wave.number),
        "audiences/sending": str(sending.pk),
    }


def letters(company: Company, word: str) -> Keys:
    """A letter to somebody, their answer, and an address that is not written to."""
    account = an_account(company, name=f"{word} written to")
    person = a_person(company, account=account, email=f"{word}@letters.example".lower())
    letter = a_letter(company, person, subject=f"{word} subject", text=f"{word} text")
    answer = a_reply(
        an_address(company, person, thing_id=account.pk, account=account), text=f"{word} answer"
    )
    suppress_address(
        company.workspace,
        address=f"{word}@p.example".lower(),
        reason=SuppressionReason.BOUNCED,
        by=company.owner,
        now=MORNING,
    )
    return {"letters/letter": str(letter.pk), "in/inbound": str(answer.pk)}


def what_was_promised(company: Company, word: str) -> dict[str, str]:
    """A benefit that was measured, moved and judged, and an expectation."""
    account = an_account(company, name=f"{word} promised to")
    outcome = an_outcome(account, benefit=f"{word} benefit", why=f"{word} reason", by=company.owner)
    a_measurement(outcome, "30", by=company.owner, words=f"{word} evidence")
    verify_outcome(outcome, by=company.owner, words=f"{word} verdict", now=MORNING)
    expectation = an_expectation(account, words=f"{word} expectation", outcome=outcome)
    return {
        "outcomes/outcome": outcome.key,
        "expectations/expectation": str(expectation.pk),
    }


def templates_of_onboarding(company: Company, word: str) -> Keys:
    """A template with an edition, and a draft that says more."""
    items = [
        ItemSpec(
            key=f"item-{number}",
            set_number=number,
            kind=ItemKind.TASK,
            titles={"en": f"{word} item {number}"},
            wanted={"en": f"{word} wanted"},
        )
        for number in SetNumber
    ]
    spec = EditionSpec(breadth=Breadth.STANDARD, items=tuple(items[:3]))
    template = draft_template(
        company.workspace,
        name=f"{word} way",
        description=f"{word} aim",
        spec=spec,
        by=company.admin,
    )
    publish_edition(template, note=f"{word} note", by=company.admin, now=MORNING)
    more = ItemSpec(
        key="more", set_number=SetNumber.START, kind=ItemKind.TASK, titles={"en": f"{word} more"}
    )
    add_template_item(template, item=more, by=company.admin)
    return {
        "templates/template": template.key,
        "onboarding-templates/key": template.key,
        "editions/number": "1",
        "sets/number": "1",
        "add/kind": "task",
        "items/key": "more",
        "ready/preset": "b2c",
    }


def plans_of_onboarding(company: Company, word: str) -> Keys:
    """A plan whose customer gave something that nobody has looked at."""
    plan = a_plan(company, name=f"{word} launch", why_needed=f"{word} need")
    gave(plan, "customers", now=MORNING, value=f"{word} value")
    promise = promise_date(plan, what=f"{word} day", work_days=3, by=company.member, now=MORNING)
    tool = put_tool(
        plan,
        None,
        kind=ToolKind.DEMO,
        name=f"{word} demo",
        started_on=MORNING.date(),
        ended_on=None,
        result=None,
        result_words="",
        reward="",
        by=company.member,
    )
    benefit = an_outcome(plan.account, benefit=f"{word} benefit")
    shown = add_file(
        plan.account,
        name=f"{word}.txt",
        content=BytesIO(f"{word} proof".encode()),
        by=company.member,
        now=MORNING,
    )
    a_measurement(benefit, "30", by=company.member, file_id=shown.pk)
    return {
        "onboarding-plans/key": plan.key,
        "onboarding-plans/slug": "customers",
        "plans/plan": plan.key,
        "promises/promise": str(promise.pk),
        "tools/tool": str(tool.pk),
        "benefits/outcome": benefit.key,
        "items/item": "customers",
        "item/verb": "returned",
    }


MAKERS: list[Maker] = [
    plans_of_onboarding,
    what_was_promised,
    people_who_work_there,
    what_is_sold,
    customers,
    doubles,
    money_and_tickets,
    what_support_promises,
    events,
    imports,
    console,
    audiences,
    health,
    what_is_to_do,
    surveys,
    letters,
    templates_of_onboarding,
]
