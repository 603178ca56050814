"""The whole nervous system on one page: who reacts to what, and who offers what to whom.

Facts travel upward through REACTIONS; a fact heard by nobody is listed with an empty list, so that
its silence is a decision. The other tables are offers that a capability makes by its protocol.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from vereda.adoption.contracts import (
    FirstUseCompleted,
    FirstUseSeen,
    RegularUseBegan,
    SoldNeverUsed,
)
from vereda.adoption.criteria import AdoptionCriteria
from vereda.adoption.factors import AdoptionInputs
from vereda.adoption.jobs import measure_adoption_everywhere
from vereda.adoption.reactions import (
    adopt_after_merging,
    keep_adoption_up,
    measure_new_catalogue,
    sell_many,
    sell_one,
)
from vereda.audiences.contracts import (
    AudiencePutAway,
    AudienceTakenBack,
    EnteredAudience,
    LeftAudience,
)
from vereda.audiences.criteria import AudienceCriteria
from vereda.audiences.jobs import (
    answer_every_audience,
    ask_whoever_entered,
    forget_changes_of_audiences,
)
from vereda.audiences.panels import AudiencesOfPerson, AudiencesOfSurvey
from vereda.audiences.personal_data import AudiencesIn
from vereda.audiences.reactions import (
    look_again_after_answer,
    look_again_after_events,
    look_again_after_letter,
    look_again_at_account,
    look_again_at_accounts,
    look_again_at_active,
    look_again_at_addresses,
    look_again_at_changed_people,
    look_again_at_everybody,
    look_again_at_measured,
    look_again_at_merged_accounts,
    look_again_at_merged_people,
    look_again_at_person,
    look_again_at_those_asking,
    look_again_at_upserted_accounts,
    look_again_at_upserted_people,
)
from vereda.collector.rereading import read_again
from vereda.console.contracts import BulkEditFinished
from vereda.console.registry import GOING, ViewsInRail
from vereda.customers.contracts import (
    AccountAdded,
    AccountArchived,
    AccountChanged,
    AccountMergeUndone,
    AccountRestored,
    AccountsMerged,
    AccountStageChanged,
    AccountsUpserted,
    FiguresNoted,
    NotesWritten,
    NoteWritten,
    PeopleChanged,
    PeopleMerged,
    PeopleMergeUndone,
    PeopleUpserted,
    PersonAdded,
    PersonChanged,
    PersonErased,
)
from vereda.customers.criteria.offered import CustomersCriteria
from vereda.customers.factors import CustomerInputs
from vereda.customers.finders import AccountFinder, PersonFinder
from vereda.customers.importable import WAYS, AccountsKind, PeopleKind
from vereda.customers.jobs import look_for_duplicates
from vereda.customers.personal_data import CustomerRecords
from vereda.customers.reactions import (
    compare_new_account,
    compare_new_accounts,
    compare_new_people,
    compare_new_person,
)
from vereda.customers.timeline import CustomersTimeline
from vereda.events.contracts.facts import ActivityChanged, EventsStored, MetricsMeasured
from vereda.events.criteria import EventsCriteria
from vereda.events.factors import UsageInputs
from vereda.events.importable import EventsKind, UsageKind
from vereda.events.jobs import (
    let_old_events_of_all_go,
    measure_every_workspace,
    notice_drift_everywhere,
    refresh_all_activity,
)
from vereda.events.personal_data import WhatTheyDid
from vereda.events.reactions import (
    keep_metrics_up,
    measure_after_account_upsert,
    measure_after_edit,
    measure_after_merge,
    measure_after_unmerge,
)
from vereda.events.timeline import UsageTimeline
from vereda.foundation.criteria import CriteriaSource
from vereda.foundation.inputs import InputSource
from vereda.foundation.letter_budgets import LetterBudget
from vereda.foundation.shell import Command, Finder, RailItem, RailList
from vereda.foundation.timeline import TimelineSource
from vereda.health.contracts import BandChanged, OpinionGiven, ProofChanged, ScoreChanged
from vereda.health.criteria import HealthCriteria
from vereda.health.factors import OpinionInputs
from vereda.health.jobs import ask_due_backtests, score_after_audience, score_every_workspace
from vereda.health.reactions import (
    score_after_account_upsert,
    score_after_answer,
    score_after_merging,
    score_after_metrics,
    score_after_profiling,
    score_after_proof,
    score_many_again,
    score_one_again,
)
from vereda.imports.contracts import ImportFinished, ImportUndone
from vereda.imports.jobs import clear_old_imports, resume_dead_imports
from vereda.imports.personal_data import WhatFilesSaid
from vereda.imports.timeline import ImportsTimeline
from vereda.messaging.budgets import WeeklyBudget
from vereda.messaging.contracts import (
    AddressClosed,
    AddressOpened,
    AnswerSettled,
    AnswerWaits,
    LetterReturned,
    LetterSent,
    LetterStopped,
    ReplyReceived,
)
from vereda.messaging.criteria import LetterCriteria
from vereda.messaging.jobs import forget_old_letters, look_after_letters
from vereda.messaging.panels import LettersOfPerson
from vereda.messaging.personal_data import LettersWith
from vereda.messaging.reactions import stop_news_after_refusal
from vereda.messaging.timeline import LettersTimeline
from vereda.onboarding.contracts.facts import (
    AskedTwice,
    DelayHandedOver,
    GateClosed,
    GateOpened,
    ItemAccepted,
    ItemApproved,
    ItemFinished,
    ItemRequested,
    ItemReturned,
    ItemSubmitted,
    PlanAgreed,
    PlanLate,
    PlanOnboarded,
    PlanOnTime,
    PlanSold,
    PlanStarted,
    PlanStopped,
    PromiseMade,
    SetFinished,
    SmileGiven,
)
from vereda.onboarding.jobs import look_at_every_plan
from vereda.onboarding.personal_data import PlansTakenPartIn
from vereda.onboarding.reactions import (
    buy_by_handshake,
    follow_up_after_task,
    look_after_merging,
    reach_after_use,
    reach_after_verdict,
)
from vereda.onboarding.timeline import PlansTimeline
from vereda.outcomes.contracts import (
    ExpectationSet,
    ExpectationSettled,
    OutcomeBehind,
    OutcomeChanged,
    OutcomeMeasured,
    OutcomeNotVerified,
    OutcomePromised,
    OutcomesMeasured,
    OutcomeVerified,
)
from vereda.outcomes.criteria import OutcomeCriteria
from vereda.outcomes.factors import OutcomeInputs
from vereda.outcomes.jobs import refresh_every_outcome
from vereda.outcomes.personal_data import BenefitsSpokenOf
from vereda.outcomes.reactions import measure_by_metrics, refresh_after_merging
from vereda.outcomes.timeline import ValueTimeline
from vereda.portal.contracts import PortalOpened
from vereda.portal.jobs import forget_old_visits, remind_everybody
from vereda.portal.looks import letter_look
from vereda.portal.personal_data import VisitsToPortal
from vereda.portal.reactions import (
    close_door_after_erasure,
    close_door_after_merging,
    note_digest_sent,
    stop_when_done,
    stop_when_said,
    take_answer,
    write_when_asked,
)
from vereda.portal.sampled import brand_sample
from vereda.privacy.actions.row_log import empty_row_log
from vereda.privacy.contracts import (
    ConsentGiven,
    ConsentWithdrawn,
    DataRequestAnswered,
    DataRequested,
    PersonForgotten,
)
from vereda.privacy.personal_data import AnswersAndRequests
from vereda.privacy.reactions import empty_log_after_erasure
from vereda.product.contracts import CatalogueChanged
from vereda.revenue.contracts import (
    ChurnRecorded,
    ChurnUpserted,
    ExchangeRatesChanged,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
    WinNoted,
    WinsNoted,
)
from vereda.revenue.criteria import RevenueCriteria
from vereda.revenue.factors import RevenueInputs
from vereda.revenue.importable import AccountOfSubscription, ChurnKind, SubscriptionsKind
from vereda.revenue.jobs import refresh_money
from vereda.revenue.reactions import (
    add_up_after_merge,
    add_up_after_unmerge,
    measure_after_terms,
    measure_after_upsert,
)
from vereda.revenue.timeline import MoneyTimeline
from vereda.sample.contracts import SampleTouch
from vereda.support.contracts import (
    CommitmentDue,
    CommitmentMissed,
    CommitmentSettled,
    SlaBreached,
    SlaCleared,
    SlaWarned,
    TicketEscalated,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketsUpserted,
)
from vereda.support.criteria import SupportCriteria
from vereda.support.factors import SupportInputs
from vereda.support.importable import TicketsKind
from vereda.support.importable_states import TicketStatesKind
from vereda.support.jobs import look_at_due_clocks, look_at_due_commitments
from vereda.support.personal_data import TicketsAsked
from vereda.support.timeline import TicketsTimeline
from vereda.surveys.contracts import (
    AnswersUpserted,
    SurveyAnswered,
    SurveyLettersLeft,
    WaveOrdered,
)
from vereda.surveys.criteria import SurveyCriteria
from vereda.surveys.factors import SurveyInputs
from vereda.surveys.importable import AnswersKind
from vereda.surveys.jobs import deliver_when_ordered, look_after_waves
from vereda.surveys.personal_data import SurveysAnswered
from vereda.surveys.reactions import stop_letters_after_refusal
from vereda.surveys.timeline import AnswersTimeline
from vereda.worklist.contracts import (
    AlertClosed,
    AlertRaised,
    AlertsSettled,
    PlaybookEnded,
    PlaybookStarted,
    TaskAdded,
    TaskDone,
)
from vereda.worklist.jobs import notice_everywhere
from vereda.worklist.personal_data import TasksAbout
from vereda.worklist.reactions import (
    forget_archived,
    forget_cancellation,
    forget_commitment,
    forget_data_request,
    forget_escalations,
    forget_many_escalations,
    forget_sla,
    forget_unverified_answer,
    hand_over,
    notice_account,
    notice_cancellation,
    notice_changed_account,
    notice_commitment,
    notice_data_request,
    notice_escalation,
    notice_many_accounts,
    notice_many_people,
    notice_many_words,
    notice_merge,
    notice_people,
    notice_sla,
    notice_unverified_answer,
    notice_upserted_accounts,
    notice_words,
    take_up_restored,
)
from vereda.worklist.timeline import WorkTimeline
from vereda.workspaces.contracts import MemberJoined, MemberLeft
from vereda.workspaces.jobs import forget_old_traces
from vereda.workspaces.queries import workspaces_of_user
from vereda.workspaces.reactions import empty_kept_answers

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    EventsStored: [keep_metrics_up, look_again_after_events, keep_adoption_up],
    ActivityChanged: [score_many_again, look_again_at_active, notice_many_accounts],
    MetricsMeasured: [score_after_metrics, look_again_at_measured, measure_by_metrics],
    ImportFinished: [],
    ImportUndone: [],
    MemberJoined: [],
    MemberLeft: [hand_over],
    CatalogueChanged: [measure_new_catalogue],
    AccountAdded: [compare_new_account, score_one_again, look_again_at_account, notice_account],
    AccountChanged: [
        measure_after_edit,
        score_one_again,
        look_again_at_account,
        notice_changed_account,
    ],
    FiguresNoted: [look_again_at_accounts],
    AccountStageChanged: [score_one_again, notice_account],
    AccountArchived: [look_again_at_account, forget_archived],
    AccountRestored: [score_one_again, look_again_at_account, take_up_restored],
    AccountsUpserted: [
        compare_new_accounts,
        measure_after_account_upsert,
        score_after_account_upsert,
        look_again_at_upserted_accounts,
        notice_upserted_accounts,
    ],
    PersonAdded: [compare_new_person, look_again_at_person],
    PersonChanged: [look_again_at_person, notice_people],
    PeopleChanged: [look_again_at_changed_people, notice_many_people],
    PersonErased: [empty_kept_answers, look_again_at_person, close_door_after_erasure],
    PeopleUpserted: [compare_new_people, look_again_at_upserted_people],
    PeopleMerged: [look_again_at_merged_people, close_door_after_merging],
    PeopleMergeUndone: [look_again_at_merged_people],
    NoteWritten: [score_one_again],
    NotesWritten: [score_many_again],
    ConsentGiven: [score_after_profiling],
    ConsentWithdrawn: [
        stop_letters_after_refusal,
        stop_news_after_refusal,
        score_after_profiling,
    ],
    PersonForgotten: [empty_log_after_erasure],
    DataRequested: [notice_data_request],
    DataRequestAnswered: [forget_data_request],
    AccountsMerged: [
        add_up_after_merge,
        measure_after_merge,
        score_after_merging,
        look_again_at_merged_accounts,
        notice_merge,
        refresh_after_merging,
        adopt_after_merging,
        look_after_merging,
    ],
    AccountMergeUndone: [
        add_up_after_unmerge,
        measure_after_unmerge,
        score_after_merging,
        look_again_at_merged_accounts,
        notice_merge,
        refresh_after_merging,
        adopt_after_merging,
        look_after_merging,
    ],
    SubscriptionStarted: [
        measure_after_terms,
        score_one_again,
        look_again_at_account,
        forget_cancellation,
        notice_account,
        sell_one,
    ],
    SubscriptionChanged: [
        measure_after_terms,
        score_one_again,
        look_again_at_account,
        notice_account,
        sell_one,
    ],
    SubscriptionEnded: [
        measure_after_terms,
        score_one_again,
        look_again_at_account,
        notice_cancellation,
        sell_one,
    ],
    SubscriptionsUpserted: [
        measure_after_upsert,
        score_many_again,
        look_again_at_accounts,
        notice_many_accounts,
        sell_many,
    ],
    ChurnRecorded: [score_one_again, look_again_at_account],
    ChurnUpserted: [score_many_again, look_again_at_accounts],
    ExchangeRatesChanged: [look_again_at_everybody],
    WinNoted: [look_again_at_account],
    WinsNoted: [look_again_at_accounts],
    TicketOpened: [score_one_again, look_again_at_account],
    TicketResolved: [score_one_again, look_again_at_account, forget_escalations],
    TicketReopened: [score_one_again, look_again_at_account],
    TicketsUpserted: [score_many_again, look_again_at_accounts, forget_many_escalations],
    TicketEscalated: [look_again_at_account, notice_escalation],
    SlaWarned: [notice_sla],
    SlaBreached: [notice_sla],
    SlaCleared: [forget_sla],
    CommitmentDue: [notice_commitment],
    CommitmentMissed: [notice_commitment],
    CommitmentSettled: [forget_commitment],
    SurveyAnswered: [score_after_answer, look_again_after_answer, notice_words],
    WaveOrdered: [deliver_when_ordered],
    AnswersUpserted: [score_many_again, look_again_at_accounts, notice_many_words],
    SurveyLettersLeft: [look_again_at_addresses],
    LetterSent: [look_again_after_letter, note_digest_sent],
    LetterReturned: [look_again_after_letter],
    LetterStopped: [],
    AddressClosed: [look_again_at_addresses],
    AddressOpened: [look_again_at_addresses],
    ReplyReceived: [look_again_after_letter, take_answer],
    AnswerWaits: [notice_unverified_answer],
    AnswerSettled: [look_again_after_letter, forget_unverified_answer],
    OpinionGiven: [score_one_again],
    OutcomePromised: [look_again_at_account],
    OutcomeChanged: [score_one_again, look_again_at_account],
    OutcomeMeasured: [score_one_again, look_again_at_account],
    OutcomesMeasured: [score_many_again, look_again_at_accounts],
    OutcomeVerified: [
        score_one_again,
        look_again_at_account,
        reach_after_verdict,
        stop_when_said,
    ],
    OutcomeNotVerified: [
        score_one_again,
        look_again_at_account,
        reach_after_verdict,
        stop_when_said,
    ],
    OutcomeBehind: [],
    ExpectationSet: [],
    ExpectationSettled: [],
    PlanStarted: [],
    PlanAgreed: [buy_by_handshake],
    PlanStopped: [],
    ItemRequested: [write_when_asked],
    ItemSubmitted: [stop_when_done],
    ItemAccepted: [stop_when_done],
    ItemReturned: [write_when_asked],
    ItemApproved: [stop_when_done],
    ItemFinished: [stop_when_done],
    SmileGiven: [],
    AskedTwice: [],
    DelayHandedOver: [],
    GateOpened: [],
    GateClosed: [],
    SetFinished: [],
    PlanSold: [],
    PlanOnboarded: [],
    PromiseMade: [],
    PlanLate: [],
    PlanOnTime: [],
    EnteredAudience: [score_many_again, look_again_at_those_asking],
    LeftAudience: [score_many_again, look_again_at_those_asking],
    AudiencePutAway: [score_after_audience],
    AudienceTakenBack: [score_after_audience],
    ScoreChanged: [],
    ProofChanged: [score_after_proof],
    BandChanged: [],
    BulkEditFinished: [],
    FirstUseSeen: [reach_after_use],
    FirstUseCompleted: [reach_after_use],
    RegularUseBegan: [reach_after_use],
    SoldNeverUsed: [],
    AlertRaised: [],
    AlertClosed: [],
    AlertsSettled: [],
    TaskAdded: [],
    TaskDone: [follow_up_after_task],
    PlaybookStarted: [],
    PlaybookEnded: [],
    PortalOpened: [],
}

TIMELINE: list[TimelineSource] = [
    CustomersTimeline(),
    MoneyTimeline(),
    TicketsTimeline(),
    AnswersTimeline(),
    ValueTimeline(),
    LettersTimeline(),
    UsageTimeline(),
    WorkTimeline(),
    PlansTimeline(),
    ImportsTimeline(),
]

IMPORTABLE: list[Any] = [
    AccountsKind(),
    PeopleKind(),
    SubscriptionsKind(),
    ChurnKind(),
    TicketsKind(),
    TicketStatesKind(),
    AnswersKind(),
    UsageKind(),
    EventsKind(),
]

READS_AGAIN = read_again

REFERENCE_WAYS: list[Any] = [*WAYS, AccountOfSubscription()]

DAILY: list[Callable[[], object]] = [
    refresh_money,
    refresh_all_activity,
    notice_drift_everywhere,
    let_old_events_of_all_go,
    measure_every_workspace,
    measure_adoption_everywhere,
    notice_everywhere,
    clear_old_imports,
    forget_old_letters,
    forget_old_visits,
    look_for_duplicates,
    forget_old_traces,
    empty_row_log,
    refresh_every_outcome,
    look_at_every_plan,
    remind_everybody,
    answer_every_audience,
    forget_changes_of_audiences,
    score_every_workspace,
    ask_due_backtests,
]

OFTEN: list[Callable[[], object]] = [
    look_after_waves,
    ask_whoever_entered,
    look_after_letters,
    resume_dead_imports,
    look_at_due_clocks,
    look_at_due_commitments,
]

PERSONAL_DATA: list[Any] = [
    CustomerRecords(),
    AnswersAndRequests(),
    TicketsAsked(),
    AudiencesIn(),
    SurveysAnswered(),
    BenefitsSpokenOf(),
    LettersWith(),
    WhatTheyDid(),
    TasksAbout(),
    PlansTakenPartIn(),
    WhatFilesSaid(),
    VisitsToPortal(),
]

CRITERIA: list[CriteriaSource] = [
    CustomersCriteria(),
    AudienceCriteria(),
    EventsCriteria(),
    RevenueCriteria(),
    SurveyCriteria(),
    SupportCriteria(),
    OutcomeCriteria(),
    HealthCriteria(),
    AdoptionCriteria(),
    LetterCriteria(),
]

INPUTS: list[InputSource] = [
    CustomerInputs(),
    UsageInputs(),
    RevenueInputs(),
    SurveyInputs(),
    SupportInputs(),
    OutcomeInputs(),
    OpinionInputs(),
    AdoptionInputs(),
]

LETTER_BUDGETS: list[LetterBudget] = [WeeklyBudget()]

LETTER_LOOK = letter_look

SAMPLE_TOUCHES: list[SampleTouch] = [brand_sample]

PANELS: list[Any] = [AudiencesOfPerson(), AudiencesOfSurvey(), LettersOfPerson()]

HEALTH_CHECKS: dict[str, Callable[[], bool]] = {}

WORKSPACES_OF = workspaces_of_user

FINDERS: list[Finder] = [AccountFinder(), PersonFinder()]

COMMANDS: list[Command] = [
    *GOING,
    Command(
        label=_("New account"),
        icon="building-2",
        route="customers:add-account",
        may="customers.add_account",
        kind="create",
        keys="c a",
    ),
    Command(
        label=_("New person"),
        icon="user-plus",
        route="customers:add-person",
        may="customers.edit_person",
        kind="create",
        keys="c p",
    ),
    Command(
        label=_("New task"),
        icon="square-check",
        route="worklist:new-task",
        may="worklist.act",
        kind="create",
        keys="c t",
        words=_("to do"),
    ),
    Command(
        label=_("Playbooks"),
        icon="list-checks",
        route="worklist:playbooks",
        may="worklist.see",
    ),
    Command(label=_("Queues"), icon="users", route="worklist:queues", may="worklist.see"),
    Command(
        label=_("Duplicates"),
        icon="git-merge",
        route="customers:duplicates",
        may="customers.see",
        words=_("merge"),
    ),
    Command(
        label=_("Lighthouse accounts"),
        icon="star",
        route="customers:lighthouses",
        may="customers.see",
        words=_("vip priority"),
    ),
    Command(
        label=_("Archived accounts"),
        icon="archive",
        route="customers:archived-accounts",
        may="customers.see",
    ),
]

# The first four stand in the bar of a phone.
RAIL: list[RailItem] = [
    RailItem(label=_("Today"), icon="sunrise", route="console:home", may="workspaces.see"),
    RailItem(label=_("Accounts"), icon="building-2", route="console:accounts", may="customers.see"),
    RailItem(label=_("Work"), icon="list-checks", route="worklist:work", may="worklist.see"),
    RailItem(label=_("Tickets"), icon="ticket", route="support:tickets", may="support.see"),
    RailItem(label=_("Onboarding"), icon="rocket", route="onboarding:board", may="onboarding.see"),
    RailItem(label=_("People"), icon="users", route="customers:people", may="customers.see"),
    RailItem(label=_("Health"), icon="gauge", route="health:scorecards", may="health.see"),
    RailItem(label=_("Audiences"), icon="target", route="audiences:audiences", may="audiences.see"),
    RailItem(label=_("Surveys"), icon="megaphone", route="surveys:surveys", may="surveys.see"),
    RailItem(label=_("Letters"), icon="mail", route="messaging:letters", may="messaging.see"),
    RailItem(
        label=_("Reports"), icon="chart-column", route="console:reports", may="workspaces.see"
    ),
    RailItem(label=_("Products"), icon="package", route="product:products", may="product.see"),
    RailItem(label=_("Events"), icon="activity", route="live_events", may="events.see"),
    RailItem(label=_("Imports"), icon="upload", route="imports:list", may="imports.see"),
    RailItem(
        label=_("Settings"), icon="settings", route="settings", may="workspaces.see", group="foot"
    ),
]

RAIL_LISTS: list[RailList] = [ViewsInRail()]

# Reports live below /reports/ and extend foundation/report.html, which shows them all as tabs.
REPORTS: list[RailItem] = [
    RailItem(
        label=_("Portfolio"),
        icon="layout-dashboard",
        route="console:leaders",
        may="worklist.see",
        says=_("What was kept, what is at risk and why, who is looked after, how soon we act"),
    ),
    RailItem(
        label=_("Features"),
        icon="blocks",
        route="console:features",
        may="product.see",
        says=_("Who uses what they pay for, and what they ask and say about it"),
    ),
    RailItem(
        label=_("Adoption"),
        icon="timer",
        route="adoption:report",
        may="adoption.see",
        says=_("How long it takes to begin, what was sold and never used, who comes back"),
    ),
    RailItem(
        label=_("Revenue"),
        icon="banknote",
        route="revenue:movements",
        may="revenue.see",
        says=_("What was won, what grew, what was lost, to the cent"),
    ),
    RailItem(
        label=_("Retention"),
        icon="repeat",
        route="revenue:retention",
        may="revenue.see",
        says=_("NRR, GRR and accounts kept, by month, plan, owner and cohort"),
    ),
    RailItem(
        label=_("Renewals"),
        icon="calendar-clock",
        route="revenue:renewals",
        may="revenue.see",
        says=_("What renews when, and what is expected of it"),
    ),
    RailItem(
        label=_("Lifetime value"),
        icon="timer",
        route="revenue:lifetime",
        may="revenue.see",
        says=_("How long customers stay and what that is worth"),
    ),
    RailItem(
        label=_("Business case"),
        icon="trending-up",
        route="revenue:business-case",
        may="revenue.see",
        says=_("Keeping customers beside winning others"),
    ),
    RailItem(
        label=_("Wins"),
        icon="star",
        route="revenue:wins",
        may="revenue.see",
        says=_("What was won, won back and lost, and why"),
    ),
    RailItem(
        label=_("Value"),
        icon="target",
        route="outcomes:review",
        may="outcomes.see",
        says=_("How much of what was promised came true, by product and cohort, and why not"),
    ),
    RailItem(
        label=_("Where our days go"),
        icon="clock",
        route="onboarding:days",
        may="onboarding.see",
        says=_("Whose the days of onboarding were, what we asked twice, who was left out"),
    ),
    RailItem(
        label=_("Support"),
        icon="ticket",
        route="support:report",
        may="support.see",
        says=_("First response, time to fix, reopenings, satisfaction and promised times"),
    ),
    RailItem(
        label=_("Outages"),
        icon="triangle-alert",
        route="support:outages",
        may="support.see",
        says=_("When what is sold did not work, and how much of each month it did"),
    ),
    RailItem(
        label=_("Volumes"),
        icon="database",
        route="console:volumes",
        may="workspaces.see",
        says=_("Customers, uses and time at work by month, and what of it can be told"),
    ),
    RailItem(
        label=_("Explore"),
        icon="chart-line",
        route="explore",
        may="events.see",
        says=_("Trends, funnels, cohorts and paths of what people do"),
    ),
]

SETTINGS: list[RailItem] = [
    RailItem(label=_("Members"), icon="users", route="team", may="workspaces.see"),
    RailItem(
        label=_("Write keys"), icon="key-round", route="write_keys", may="workspaces.issue_key"
    ),
    RailItem(label=_("API tokens"), icon="code", route="api_tokens", may="workspaces.issue_token"),
    RailItem(
        label=_("Workspace"),
        icon="building-2",
        route="workspace_settings",
        may="workspaces.configure",
    ),
    RailItem(label=_("Audit log"), icon="history", route="audit_log", may="workspaces.see_audit"),
    RailItem(
        label=_("Fields"),
        icon="columns-3",
        route="customers:fields",
        may="customers.define_field",
    ),
    RailItem(label=_("Support"), icon="ticket", route="support:settings", may="support.configure"),
    RailItem(
        label=_("Letters"), icon="mail", route="messaging:settings", may="messaging.configure"
    ),
    RailItem(label=_("Portal"), icon="log-in", route="portal:settings", may="portal.configure"),
    RailItem(label=_("Privacy"), icon="shield", route="privacy:settings", may="privacy.configure"),
    RailItem(
        label=_("Event retention"),
        icon="timer",
        route="event_retention",
        may="events.set_retention",
    ),
    RailItem(
        label=_("Exchange rates"),
        icon="banknote",
        route="revenue:exchange-rates",
        may="revenue.configure",
    ),
    RailItem(label=_("Costs"), icon="briefcase", route="revenue:costs", may="revenue.configure"),
    RailItem(label=_("Sample company"), icon="sparkles", route="sample:sample", may="sample.load"),
]
