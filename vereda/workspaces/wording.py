"""The code words of workspaces as people read them: roles, permissions, the audit log.

The audit log speaks of every capability's things, so their words stand here by name; a word
that nobody taught us is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vereda.foundation.wording import day_words, moment_words, money_words, number_words
from vereda.workspaces.contracts import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from vereda.workspaces.models import AuditLine

NOTHING = "\N{EM DASH}"
ARROW = "\N{RIGHTWARDS ARROW}"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
PAIR = 2

ROLE_NAMES: dict[Role, StrPromise] = {
    Role.OWNER: pgettext_lazy("role of a member", "Owner"),
    Role.ADMIN: _("Administrator"),
    Role.MEMBER: _("Member"),
    Role.VIEWER: _("Viewer"),
}

CAPABILITIES: dict[str, StrPromise] = {
    "console": _("Lists and views"),
    "customers": _("Accounts and people"),
    "audiences": _("Audiences"),
    "events": _("Usage"),
    "health": _("Health"),
    "imports": _("Imports"),
    "privacy": _("Privacy"),
    "product": _("Product"),
    "revenue": _("Revenue"),
    "sample": _("Sample data"),
    "support": _("Support"),
    "surveys": _("Surveys"),
    "worklist": _("Work"),
    "workspaces": _("Workspace"),
    "adoption": _("Adoption"),
    "messaging": _("Letters"),
    "onboarding": _("Onboarding"),
    "outcomes": _("Promised benefits"),
    "portal": _("Portal"),
}

PERMISSIONS: dict[str, StrPromise] = {
    "console.export_accounts": _("Export accounts"),
    "console.share_view": _("Share views"),
    "customers.see": _("See accounts and people"),
    "customers.add_account": _("Add accounts"),
    "customers.archive_account": _("Archive accounts"),
    "customers.define_field": _("Define fields"),
    "customers.edit_account": _("Edit accounts"),
    "customers.edit_person": _("Edit people"),
    "customers.import_accounts": _("Import accounts"),
    "customers.import_people": _("Import people"),
    "customers.merge": _("Merge duplicates"),
    "customers.write_note": _("Write notes"),
    "audiences.see": _("See audiences"),
    "audiences.edit": _("Edit audiences"),
    "events.see": _("See usage"),
    "events.define_metric": _("Define metrics"),
    "events.describe": _("Describe events"),
    "events.set_retention": _("Say how long events are kept"),
    "events.repair": _("Repair events in quarantine"),
    "events.import_usage": _("Import usage"),
    "health.see": _("See health"),
    "health.edit": _("Edit scorecards"),
    "health.give_opinion": _("Give an opinion of an account"),
    "health.publish": _("Publish scorecards"),
    "imports.see": _("See imports"),
    "imports.run": _("Run imports"),
    "privacy.see": _("See consent and privacy"),
    "privacy.answer": _("Answer requests about personal data"),
    "privacy.configure": _("Set the rules of privacy"),
    "privacy.erase": _("Forget people"),
    "product.see": _("See products and features"),
    "product.edit": _("Edit products and features"),
    "revenue.configure": _("Set exchange rates, costs and assumptions"),
    "revenue.edit_subscription": _("Edit subscriptions"),
    "revenue.import_churn": _("Import churn"),
    "revenue.import_subscriptions": _("Import subscriptions"),
    "revenue.see": _("See subscriptions and money"),
    "sample.load": _("Load sample data"),
    "sample.remove": _("Remove sample data"),
    "support.see": _("See tickets"),
    "support.configure": _("Set promised times and repairs"),
    "support.edit_ticket": _("Edit tickets"),
    "support.import_tickets": _("Import tickets"),
    "worklist.see": _("See alerts and tasks"),
    "surveys.edit": _("Write, open and end surveys"),
    "surveys.import_answers": _("Add survey answers"),
    "surveys.see": _("See surveys and answers"),
    "surveys.send": _("Send surveys and make links to them"),
    "worklist.act": _("Work on alerts and tasks"),
    "worklist.edit_playbook": _("Edit playbooks and queues"),
    "workspaces.see": _("See the workspace and its members"),
    "workspaces.change_role": _("Change the role of members"),
    "workspaces.configure": _("Change the settings of the workspace"),
    "workspaces.invite": _("Invite members"),
    "workspaces.issue_key": _("Issue write keys"),
    "workspaces.issue_token": _("Issue API tokens"),
    "workspaces.open_another": _("Open another workspace"),
    "workspaces.see_audit": _("See the audit log"),
    "adoption.see": _("See adoption"),
    "adoption.edit": _("Set what adoption expects"),
    "messaging.see": _("See letters"),
    "messaging.send": _("Write letters to people"),
    "messaging.configure": _("Set how letters are sent"),
    "onboarding.see": _("See onboarding plans and templates"),
    "onboarding.act": _("Lead onboarding plans"),
    "onboarding.edit_template": _("Edit onboarding templates"),
    "onboarding.publish": _("Publish onboarding templates"),
    "outcomes.see": _("See promised benefits"),
    "outcomes.edit": _("Promise, measure and verify benefits"),
    "portal.configure": _("Set how the portal looks"),
    "portal.invite": _("Invite people to the portal"),
}

VERBS: dict[str, StrPromise] = {
    "accepted": pgettext_lazy("audit log", "accepted"),
    "added": pgettext_lazy("audit log", "added"),
    "added by hand to": pgettext_lazy("audit log", "added somebody by hand to"),
    "added file to": pgettext_lazy("audit log", "added a file to"),
    "added to promise": pgettext_lazy("audit log", "added a ticket to"),
    "answered": pgettext_lazy("audit log", "answered"),
    "archived": pgettext_lazy("audit log", "archived"),
    "asked for": pgettext_lazy("audit log", "asked for"),
    "asked for the record of": pgettext_lazy("audit log", "asked the past about"),
    "assigned": pgettext_lazy("audit log", "assigned"),
    "assumed": pgettext_lazy("audit log", "set the assumptions of"),
    "cancelled": pgettext_lazy("audit log", "cancelled"),
    "changed": pgettext_lazy("audit log", "changed"),
    "changed role": pgettext_lazy("audit log", "changed the role of"),
    "checked": pgettext_lazy("audit log", "checked"),
    "claimed": pgettext_lazy("audit log", "assigned an event to"),
    "cleared": pgettext_lazy("audit log", "closed, its cause gone,"),
    "closed with account": pgettext_lazy("audit log", "closed, as its account was archived,"),
    "consented": pgettext_lazy("audit log", "recorded the consent of"),
    "corrected": pgettext_lazy("audit log", "corrected"),
    "decided": pgettext_lazy("audit log", "decided"),
    "defined": pgettext_lazy("audit log", "defined"),
    "delegated": pgettext_lazy("audit log", "handed over"),
    "described": pgettext_lazy("audit log", "described"),
    "discarded the draft of": pgettext_lazy("audit log", "discarded the draft of"),
    "dismissed": pgettext_lazy("audit log", "dismissed"),
    "drafted": pgettext_lazy("audit log", "drafted"),
    "dropped": pgettext_lazy("audit log", "dropped"),
    "edited": pgettext_lazy("audit log", "edited"),
    "edited many": pgettext_lazy("audit log", "edited many at once"),
    "ended": pgettext_lazy("audit log", "ended"),
    "entered exchange rates": pgettext_lazy("audit log", "entered exchange rates in"),
    "erased": pgettext_lazy("audit log", "erased"),
    "escalated": pgettext_lazy("audit log", "escalated"),
    "expected": pgettext_lazy("audit log", "expects again"),
    "explained the lighthouse": pgettext_lazy(
        "audit log", "said why it is on the lighthouse list:"
    ),
    "exported": pgettext_lazy("audit log", "exported"),
    "extended": pgettext_lazy("audit log", "gave a later date to"),
    "failed sign-in": pgettext_lazy("audit log", "failed to sign in"),
    "finished": pgettext_lazy("audit log", "finished"),
    "forgot": pgettext_lazy("audit log", "forgot"),
    "forgot asker": pgettext_lazy("audit log", "forgot who asked"),
    "forgot person": pgettext_lazy("audit log", "took a person out of the tasks of"),
    "gave an opinion of": pgettext_lazy("audit log", "gave an opinion of"),
    "handed over": pgettext_lazy("audit log", "handed over the work of who left"),
    "held out of": pgettext_lazy("audit log", "held somebody out of"),
    "identified": pgettext_lazy("audit log", "chose how to recognise rows of"),
    "invited": pgettext_lazy("audit log", "invited"),
    "issued": pgettext_lazy("audit log", "issued"),
    "joined": pgettext_lazy("audit log", "joined"),
    "kept": pgettext_lazy("audit log", "marked as kept"),
    "left": pgettext_lazy("audit log", "left"),
    "left to the question of": pgettext_lazy("audit log", "left somebody to the question of"),
    "let go of": pgettext_lazy("audit log", "let go of what was too old of"),
    "mapped": pgettext_lazy("audit log", "matched the columns of"),
    "merged": pgettext_lazy("audit log", "merged"),
    "moved": pgettext_lazy("audit log", "moved"),
    "moved on the lighthouse list": pgettext_lazy("audit log", "moved on the lighthouse list:"),
    "named": pgettext_lazy("audit log", "gave an identifier to"),
    "noted": pgettext_lazy("audit log", "noted"),
    "opened": pgettext_lazy("audit log", "opened"),
    "opened with account": pgettext_lazy("audit log", "opened again, as its account came back,"),
    "ordered": pgettext_lazy("audit log", "asked for many changes"),
    "ordered sending": pgettext_lazy("audit log", "had letters sent of"),
    "pinned": pgettext_lazy("audit log", "pinned"),
    "placed": pgettext_lazy("audit log", "placed"),
    "promised": pgettext_lazy("audit log", "noted"),
    "published": pgettext_lazy("audit log", "published"),
    "put on hold": pgettext_lazy("audit log", "put on hold"),
    "put on the lighthouse list": pgettext_lazy("audit log", "put on the lighthouse list:"),
    "raised": pgettext_lazy("audit log", "noticed"),
    "ran": pgettext_lazy("audit log", "ran"),
    "recorded churn": pgettext_lazy("audit log", "recorded churn"),
    "refused": pgettext_lazy("audit log", "recorded the refusal of"),
    "related": pgettext_lazy("audit log", "noted a relationship in"),
    "released": pgettext_lazy("audit log", "lifted the restriction of"),
    "removed": pgettext_lazy("audit log", "removed"),
    "removed a month's costs": pgettext_lazy("audit log", "removed the costs of a month in"),
    "removed exchange rate": pgettext_lazy("audit log", "removed an exchange rate in"),
    "removed file of": pgettext_lazy("audit log", "removed a file of"),
    "reopened": pgettext_lazy("audit log", "reopened"),
    "repaired": pgettext_lazy("audit log", "repaired by a rule"),
    "repaired events": pgettext_lazy("audit log", "repaired events in quarantine of"),
    "replaced": pgettext_lazy("audit log", "replaced"),
    "requested": pgettext_lazy("audit log", "recorded a request of"),
    "resolved": pgettext_lazy("audit log", "resolved"),
    "restored": pgettext_lazy("audit log", "restored"),
    "restricted": pgettext_lazy("audit log", "restricted"),
    "resumed": pgettext_lazy("audit log", "resumed"),
    "retired": pgettext_lazy("audit log", "retired"),
    "revoked": pgettext_lazy("audit log", "revoked"),
    "said a month's costs": pgettext_lazy("audit log", "entered the costs of a month in"),
    "saved": pgettext_lazy("audit log", "saved"),
    "saw what changed": pgettext_lazy("audit log", "marked what changed as seen for"),
    "sent again": pgettext_lazy("audit log", "sent letters again of"),
    "sent by a browser": pgettext_lazy("audit log", "refused events of a browser that held"),
    "set aside": pgettext_lazy("audit log", "set aside"),
    "set budget": pgettext_lazy("audit log", "set how much is listed at once for"),
    "settled alerts": pgettext_lazy("audit log", "brought the alerts up to date of"),
    "snoozed": pgettext_lazy("audit log", "let wait"),
    "started": pgettext_lazy("audit log", "started"),
    "stopped": pgettext_lazy("audit log", "stopped"),
    "stopped sending": pgettext_lazy("audit log", "stopped the letters of"),
    "tagged": pgettext_lazy("audit log", "changed the tags of"),
    "told states": pgettext_lazy("audit log", "stored histories of tickets"),
    "took": pgettext_lazy("audit log", "took"),
    "took back": pgettext_lazy("audit log", "took back"),
    "took off the lighthouse list": pgettext_lazy("audit log", "took off the lighthouse list:"),
    "undid": pgettext_lazy("audit log", "undid"),
    "undid answers": pgettext_lazy("audit log", "undid rows of answers"),
    "undid churn": pgettext_lazy("audit log", "undid rows of churn"),
    "undid many": pgettext_lazy("audit log", "undid many changes"),
    "undid merge": pgettext_lazy("audit log", "undid a merge of"),
    "undid states": pgettext_lazy("audit log", "undid histories of tickets"),
    "undid subscriptions": pgettext_lazy("audit log", "undid rows of subscriptions"),
    "undid tickets": pgettext_lazy("audit log", "undid rows of tickets"),
    "undid upsert": pgettext_lazy("audit log", "undid rows of accounts or people"),
    "unnamed": pgettext_lazy("audit log", "took an identifier from"),
    "unpinned": pgettext_lazy("audit log", "unpinned"),
    "unrelated": pgettext_lazy("audit log", "removed a relationship from"),
    "uploaded": pgettext_lazy("audit log", "uploaded"),
    "upserted": pgettext_lazy("audit log", "stored accounts or people"),
    "upserted answers": pgettext_lazy("audit log", "stored answers"),
    "upserted churn": pgettext_lazy("audit log", "stored churn"),
    "upserted subscriptions": pgettext_lazy("audit log", "stored subscriptions"),
    "upserted tickets": pgettext_lazy("audit log", "stored tickets"),
    "vouched for": pgettext_lazy("audit log", "vouched for the writer of"),
    "woke": pgettext_lazy("audit log", "took up again"),
    "worded": pgettext_lazy("audit log", "worded anew"),
    "wrote": pgettext_lazy("audit log", "wrote"),
    "added item to": pgettext_lazy("audit log", "added an item to"),
    "agreed": pgettext_lazy("audit log", "noted the customer's yes to"),
    "allowed false alarms": pgettext_lazy("audit log", "said how many alarms may be too early in"),
    "answered the last question of": pgettext_lazy("audit log", "answered the last question of"),
    "approved": pgettext_lazy("audit log", "noted the approval of an item of"),
    "followed up": pgettext_lazy("audit log", "followed up an item of"),
    "asked again for": pgettext_lazy("audit log", "asked a second time for an item of"),
    "began": pgettext_lazy("audit log", "began an item of"),
    "chose audience": pgettext_lazy("audit log", "chose an audience to be asked by"),
    "chose letters for": pgettext_lazy("audit log", "chose which letters are wanted by"),
    "declined": pgettext_lazy("audit log", "noted that an item was not approved of"),
    "did not verify": pgettext_lazy("audit log", "did not verify"),
    "ended older keys of": pgettext_lazy("audit log", "ended the older secrets of"),
    "ended the visits of": pgettext_lazy("audit log", "ended the portal visits of"),
    "expected a first use": pgettext_lazy("audit log", "said what a complete first use is in"),
    "forgot person in plans": pgettext_lazy("audit log", "took a person out of all plans of"),
    "invited to the portal": pgettext_lazy("audit log", "invited to the portal"),
    "kept a decision of": pgettext_lazy("audit log", "kept what was chosen by"),
    "lifted": pgettext_lazy("audit log", "lifted"),
    "linked benefit to": pgettext_lazy("audit log", "linked a promised benefit to"),
    "measured": pgettext_lazy("audit log", "measured"),
    "met an expectation of": pgettext_lazy("audit log", "noted that an expectation was met of"),
    "missed an expectation of": pgettext_lazy(
        "audit log", "noted that an expectation was missed of"
    ),
    "noted a purchase": pgettext_lazy("audit log", "noted a purchase of"),
    "noted feedback in": pgettext_lazy("audit log", "noted what was said about a trial in"),
    "noted who came to": pgettext_lazy("audit log", "noted who took part in"),
    "put person in": pgettext_lazy("audit log", "gave somebody a part in"),
    "put tool in": pgettext_lazy("audit log", "noted a trial or demo in"),
    "reached": pgettext_lazy("audit log", "measured that an item was reached of"),
    "reminded of": pgettext_lazy("audit log", "reminded of an item of"),
    "returned": pgettext_lazy("audit log", "returned an item of"),
    "rotated": pgettext_lazy("audit log", "changed the secret of"),
    "set an expectation of": pgettext_lazy("audit log", "noted what was told to expect by"),
    "set hours": pgettext_lazy("audit log", "set the working hours in"),
    "unset hours": pgettext_lazy("audit log", "went back to the usual working hours in"),
    "smiled at": pgettext_lazy("audit log", "noted how it was in"),
    "submitted": pgettext_lazy("audit log", "noted what was given for"),
    "suppressed": pgettext_lazy("audit log", "stopped letters to an address of"),
    "took back a word about": pgettext_lazy("audit log", "took back a word about"),
    "took back promise of": pgettext_lazy("audit log", "took back a promise of"),
    "took benefit out of": pgettext_lazy("audit log", "took a promised benefit out of"),
    "took measurements": pgettext_lazy("audit log", "took measurements in"),
    "took over": pgettext_lazy("audit log", "took what was given elsewhere for"),
    "took person out of": pgettext_lazy("audit log", "took somebody out of"),
    "took tool out of": pgettext_lazy("audit log", "took a trial or demo out of"),
    "took up again": pgettext_lazy("audit log", "took up again"),
    "verified": pgettext_lazy("audit log", "verified"),
    "waived": pgettext_lazy("audit log", "did without an item of"),
    "wrote down the past of": pgettext_lazy("audit log", "wrote down the past of"),
    "wrote to": pgettext_lazy("audit log", "wrote to"),
}

KINDS: dict[str, StrPromise] = {
    "messaging.message": pgettext_lazy("audit log", "letter"),
    "messaging.inboundletter": pgettext_lazy("audit log", "letter that came in"),
    "messaging.lettersetting": pgettext_lazy("audit log", "settings of letters"),
    "portal.branding": pgettext_lazy("audit log", "look of the portal"),
    "outcomes.outcome": pgettext_lazy("audit log", "promised benefit"),
    "adoption.useexpectation": pgettext_lazy("audit log", "expectation of use"),
    "onboarding.plan": pgettext_lazy("audit log", "onboarding plan"),
    "onboarding.template": pgettext_lazy("audit log", "onboarding template"),
    "onboarding.templateedition": pgettext_lazy("audit log", "edition of a template"),
    "audiences.audience": pgettext_lazy("audit log", "audience"),
    "console.bulkedit": pgettext_lazy("audit log", "bulk edit"),
    "console.savedview": pgettext_lazy("audit log", "view"),
    "customers.account": pgettext_lazy("audit log", "account"),
    "customers.customfield": pgettext_lazy("audit log", "field"),
    "customers.duplicatesuggestion": pgettext_lazy("audit log", "possible duplicate"),
    "customers.note": pgettext_lazy("audit log", "note"),
    "customers.person": pgettext_lazy("audit log", "person"),
    "events.definition": pgettext_lazy("audit log", "event definition"),
    "events.drift": pgettext_lazy("audit log", "warning about events"),
    "events.metric": pgettext_lazy("audit log", "metric"),
    "events.eventretention": pgettext_lazy("audit log", "events kept for a time"),
    "imports.import": pgettext_lazy("audit log", "import"),
    "imports.savedmapping": pgettext_lazy("audit log", "remembered columns"),
    "privacy.datarequest": pgettext_lazy("audit log", "request about personal data"),
    "privacy.privacysetting": pgettext_lazy("audit log", "rules of privacy"),
    "product.feature": pgettext_lazy("audit log", "feature"),
    "product.product": pgettext_lazy("audit log", "product"),
    "product.step": pgettext_lazy("audit log", "step"),
    "health.scorecard": pgettext_lazy("audit log", "scorecard"),
    "health.scorecardversion": pgettext_lazy("audit log", "version of a scorecard"),
    "revenue.assumption": pgettext_lazy("audit log", "assumptions"),
    "revenue.exchangerate": pgettext_lazy("audit log", "exchange rate"),
    "revenue.monthlycost": pgettext_lazy("audit log", "costs of a month"),
    "revenue.win": pgettext_lazy("audit log", "win"),
    "revenue.churnevent": pgettext_lazy("audit log", "churn"),
    "revenue.subscription": pgettext_lazy("audit log", "subscription"),
    "sample.sampleload": pgettext_lazy("audit log", "sample data"),
    "support.slapolicy": pgettext_lazy("audit log", "SLA policy"),
    "support.repairrule": pgettext_lazy("audit log", "repair rule"),
    "support.outagepolicy": pgettext_lazy("audit log", "publishing of outages"),
    "support.outage": pgettext_lazy("audit log", "outage"),
    "support.commitment": pgettext_lazy("audit log", "commitment"),
    "support.businesshours": pgettext_lazy("audit log", "business hours"),
    "support.ticket": pgettext_lazy("audit log", "ticket"),
    "surveys.survey": pgettext_lazy("audit log", "survey"),
    "support.ticketqueue": pgettext_lazy("audit log", "ticket queue"),
    "workspaces.apitoken": pgettext_lazy("audit log", "API token"),
    "workspaces.browsersetting": pgettext_lazy("audit log", "rules for browsers"),
    "workspaces.invitation": pgettext_lazy("audit log", "invitation"),
    "workspaces.member": pgettext_lazy("audit log", "member"),
    "workspaces.workspace": pgettext_lazy("audit log", "workspace"),
    "workspaces.writekey": pgettext_lazy("audit log", "write key"),
    "worklist.alert": pgettext_lazy("audit log", "alert"),
    "worklist.task": pgettext_lazy("audit log", "task"),
    "worklist.queue": pgettext_lazy("audit log", "queue"),
    "worklist.playbook": pgettext_lazy("audit log", "playbook"),
    "worklist.playbookrun": pgettext_lazy("audit log", "run of a playbook"),
}

DETAILS: dict[str, StrPromise] = {
    "absorbed": pgettext_lazy("audit log", "absorbed"),
    "account": pgettext_lazy("audit log", "account"),
    "added": pgettext_lazy("audit log", "tags added"),
    "address": pgettext_lazy("audit log", "address"),
    "amount_minor": pgettext_lazy("audit log", "amount"),
    "at": pgettext_lazy("audit log", "when"),
    "auto_renew": pgettext_lazy("audit log", "renews by itself"),
    "cadence": pgettext_lazy("audit log", "how often"),
    "calls": pgettext_lazy("audit log", "what browsers may do"),
    "changed": pgettext_lazy("audit log", "changed"),
    "cancelled_on": pgettext_lazy("audit log", "cancelled on"),
    "country": pgettext_lazy("audit log", "country"),
    "created": pgettext_lazy("audit log", "new"),
    "created_on": pgettext_lazy("audit log", "customer since"),
    "currency": pgettext_lazy("audit log", "currency"),
    "domain": pgettext_lazy("audit log", "domain"),
    "edition": pgettext_lazy("audit log", "wording"),
    "ends_at": pgettext_lazy("audit log", "ends"),
    "ends_on": pgettext_lazy("audit log", "ends on"),
    "event": pgettext_lazy("audit log", "event"),
    "events": pgettext_lazy("audit log", "events"),
    "events_per_address": pgettext_lazy("audit log", "events a second from one address"),
    "events_per_second": pgettext_lazy("audit log", "events a second"),
    "external_id": pgettext_lazy("audit log", "identifier"),
    "feature": pgettext_lazy("audit log", "feature"),
    "field": pgettext_lazy("audit log", "field"),
    "fields": pgettext_lazy("audit log", "fields"),
    "format": pgettext_lazy("audit log", "format"),
    "identity": pgettext_lazy("audit log", "recognised by"),
    "industry": pgettext_lazy("audit log", "industry"),
    "days": pgettext_lazy("audit log", "days"),
    "before": pgettext_lazy("audit log", "before"),
    "keep_counts": pgettext_lazy("audit log", "counts without people stay"),
    "kept": pgettext_lazy("audit log", "kept"),
    "key_kind": pgettext_lazy("audit log", "which is"),
    "kind": pgettext_lazy("audit log", "kind"),
    "label": pgettext_lazy("audit log", "label"),
    "language": pgettext_lazy("audit log", "language"),
    "media_type": pgettext_lazy("audit log", "type"),
    "name": pgettext_lazy("audit log", "name"),
    "names": pgettext_lazy("audit log", "names of events"),
    "next_step": pgettext_lazy("audit log", "next step"),
    "only_these_names": pgettext_lazy("audit log", "only these events"),
    "origins": pgettext_lazy("audit log", "sites"),
    "owner_id": pgettext_lazy("audit log", "owner"),
    "parent_id": pgettext_lazy("audit log", "parent account"),
    "period": pgettext_lazy("audit log", "period"),
    "person": pgettext_lazy("audit log", "person"),
    "plan": pgettext_lazy("audit log", "plan"),
    "position": pgettext_lazy("audit log", "after row"),
    "product": pgettext_lazy("audit log", "product"),
    "purpose": pgettext_lazy("audit log", "purpose"),
    "query": pgettext_lazy("audit log", "search"),
    "reason": pgettext_lazy("audit log", "reason"),
    "records": pgettext_lazy("audit log", "records"),
    "removed": pgettext_lazy("audit log", "tags removed"),
    "renews_on": pgettext_lazy("audit log", "renews on"),
    "role": pgettext_lazy("audit log", "role"),
    "rows": pgettext_lazy("audit log", "rows"),
    "scopes": pgettext_lazy("audit log", "may"),
    "seats": pgettext_lazy("audit log", "seats"),
    "server_traits": pgettext_lazy("audit log", "traits for servers only"),
    "signed_only": pgettext_lazy("audit log", "only signed user ids"),
    "size": pgettext_lazy("audit log", "size"),
    "source": pgettext_lazy("audit log", "source"),
    "stage": pgettext_lazy("audit log", "stage"),
    "started_on": pgettext_lazy("audit log", "started on"),
    "status": pgettext_lazy("audit log", "status"),
    "stored": pgettext_lazy("audit log", "stored"),
    "target": pgettext_lazy("audit log", "of"),
    "tickets": pgettext_lazy("audit log", "tickets"),
    "time_zone": pgettext_lazy("audit log", "time zone"),
    "to": pgettext_lazy("audit log", "to"),
    "total": pgettext_lazy("audit log", "how many"),
    "tracking": pgettext_lazy("audit log", "recording"),
    "trial": pgettext_lazy("audit log", "trial"),
    "type": pgettext_lazy("audit log", "type"),
    "undone": pgettext_lazy("audit log", "undone"),
    "updated": pgettext_lazy("audit log", "updated"),
    "value": pgettext_lazy("audit log", "value"),
    "website": pgettext_lazy("audit log", "website"),
}

ROLE_VALUES: dict[str, StrPromise] = {role.value: words for role, words in ROLE_NAMES.items()}

VALUES: dict[str, Mapping[str, StrPromise]] = {
    "role": ROLE_VALUES,
    "fields": DETAILS,
    "field": DETAILS,
    "scopes": PERMISSIONS,
    "stage": {
        "prospect": _("Prospect"),
        "trial": _("Trial"),
        "onboarding": _("Onboarding"),
        "adoption": _("Adoption"),
        "value": pgettext_lazy("lifecycle stage", "Value"),
        "expansion": _("Expansion"),
        "advocacy": _("Advocacy"),
        "offboarding": _("Offboarding"),
    },
    "status": {
        "prospect": _("Prospect"),
        "trial": _("Trial"),
        "active": pgettext_lazy("commercial status", "Active"),
        "paused": pgettext_lazy("commercial status", "Paused"),
        "churned": _("Churned"),
        "won_back": _("Won back"),
        "ignored": pgettext_lazy("commercial status", "Ignored"),
    },
    "kind": {
        "champion": _("Champions us"),
        "decides": _("Decides"),
        "influences": _("Influences"),
        "uses": _("Uses it daily"),
        "blocks": _("Blocks"),
        "reports_to": _("Reports to"),
        "works_with": _("Works with"),
        "access": _("A copy of their data"),
        "correction": _("To have something corrected"),
        "erasure": _("To be forgotten"),
        "restriction": _("To have their data kept but not used"),
    },
    "key_kind": {
        "public": pgettext_lazy("write key", "Public"),
        "secret": pgettext_lazy("write key", "Secret"),
    },
    "source": {
        "portal": _("said by themselves, on their own page"),
        "told a member": _("told a member"),
    },
    "target": {"account": _("Accounts"), "person": _("People")},
    "type": {
        "text": _("Text"),
        "number": _("Number"),
        "date": _("Date"),
        "boolean": _("Yes or no"),
        "choice": _("Choice"),
        "url": _("Link"),
    },
    "period": {
        "monthly": _("Every month"),
        "quarterly": _("Every three months"),
        "half_yearly": _("Every six months"),
        "yearly": _("Every year"),
    },
    "purpose": {
        "product_analytics": _("Recording how they use the product"),
        "messages": _("Messages that are not part of the service"),
        "profiling": _("Using their data in scores about them"),
    },
    "tracking": {
        "unless_refused": _("Recorded unless the person has said no"),
        "only_with_consent": _("Recorded only of people who have said yes"),
    },
    "cadence": {
        "single_use": _("Once, for one job"),
        "occasional": _("Now and then"),
        "regular": _("Regularly"),
    },
}


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """One detail of an audit line; `name` is empty where the value says it all."""

    name: str
    value: str


def permission_words(permission: str) -> str:
    """What a permission allows: "customers.edit_account" is "Edit accounts"."""
    return str(PERMISSIONS.get(permission, permission))


def verb_words(verb: str) -> str:
    """What was done, as the audit log says it."""
    return str(VERBS.get(verb, verb))


def kind_words(kind: str) -> str:
    """What kind of thing it was done to: "customers.account" is "account"."""
    return str(KINDS.get(kind, kind))


def detail_name_words(name: str) -> str:
    """What a detail is called; a field that the workspace added, by its own name."""
    return str(DETAILS.get(name, name.removeprefix("custom.")))


def audit_details_of(line: AuditLine, *, names: Mapping[str, str]) -> list[AuditDetail]:
    """The details of a line in words; `names` says who the ids of members are."""
    details = dict(line.details)
    before, after = details.pop("before", None), details.pop("after", None)
    shown = _changes(before, after, names=names)
    for name, (old, new) in details.pop("changes", {}).items():
        shown.append(_change(name, old, new, names=names, currencies=("", "")))
    currency = details.get("currency") or ""
    for name, value in sorted(details.items()):  # PostgreSQL keeps no order of its own
        words = _value_words(name, value, names=names, currency=currency)
        shown.append(AuditDetail(detail_name_words(name), words))
    return shown


def _changes(before: Any, after: Any, *, names: Mapping[str, str]) -> list[AuditDetail]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        currencies = (before.get("currency") or "", after.get("currency") or "")
        return [
            _change(name, before.get(name), after.get(name), names=names, currencies=currencies)
            for name in sorted({**before, **after})
            if before.get(name) != after.get(name)
        ]
    if before is None and after is None:
        return []
    return [AuditDetail("", _change("role", before, after, names=names).value)]


def _change(
    name: str,
    old: Any,
    new: Any,
    *,
    names: Mapping[str, str],
    currencies: tuple[str, str] = ("", ""),
) -> AuditDetail:
    words = [
        _value_words(name, value, names=names, currency=currency)
        for value, currency in zip((old, new), currencies, strict=True)
    ]
    return AuditDetail(detail_name_words(name), f" {ARROW} ".join(words))


def _value_words(name: str, value: Any, *, names: Mapping[str, str], currency: str = "") -> str:
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, int | float):
        return _number_as(name, value, currency=currency)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_value_words(name, each, names=names) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(
            f"{detail_name_words(key)} {_value_words(key, each, names=names)}"
            for key, each in value.items()
        )
    return _text_as(name, str(value), names=names)


def _number_as(name: str, value: float, *, currency: str) -> str:
    if name == "amount_minor" and currency:
        return money_words(int(value), currency)
    if name == "size":
        return filesizeformat(value)
    return number_words(value)


def _text_as(name: str, value: str, *, names: Mapping[str, str]) -> str:
    known = VALUES.get(name, {})
    if value in known:
        return str(known[value])
    if value in names:
        return names[value]
    if name == "fields":
        return detail_name_words(value)
    try:
        if DAY.fullmatch(value):
            return day_words(date.fromisoformat(value))
        if MOMENT.fullmatch(value):
            return moment_words(datetime.fromisoformat(value))
    except ValueError:
        return value
    return value
