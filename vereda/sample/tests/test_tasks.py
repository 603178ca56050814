"""What a loaded sample leaves for the workers, and in whose language it says what is promised."""

import pytest
from django.utils import translation
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from vereda.config.wiring import REACTIONS
from vereda.customers.contracts import FiguresNoted, NotesWritten, PeopleChanged, PersonChanged
from vereda.customers.models.accounts import Account
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Membership, Person, Relationship
from vereda.foundation.facts import path_of
from vereda.revenue.contracts import (
    SubscriptionChanged,
    SubscriptionsUpserted,
    WinNoted,
    WinsNoted,
)
from vereda.revenue.models import Subscription, Win
from vereda.support.models.promises import BusinessHours, SlaPolicy

pytestmark = pytest.mark.django_db


def told_of(kind):
    """What each task says of this kind of fact."""
    tasks = DBTaskResult.objects.filter(task_path__endswith=".deliver_fact")
    args = [row.args_kwargs["args"] for row in tasks]
    return [content for _reaction, name, content in args if name == path_of(kind)]


def ids_told(kind, name):
    return {each for content in told_of(kind) for each in content[name]}


def ids_of(rows, column):
    return {str(each) for each in rows.values_list(column, flat=True)}


def test_the_news_of_many_are_told_once_to_each_who_listens(small):
    of_one = (PersonChanged, SubscriptionChanged, WinNoted)
    of_many = (PeopleChanged, NotesWritten, FiguresNoted, WinsNoted)

    assert [len(told_of(kind)) for kind in of_one] == [0, 0, 0]
    assert [len(told_of(kind)) for kind in of_many] == [len(REACTIONS[kind]) for kind in of_many]
    assert DBTaskResult.objects.count() <= 120


def test_the_news_of_all_leave_nobody_out(small):
    home = small.workspace_id
    changed = (
        ids_of(Relationship.objects.of(home), "from_person")
        | ids_of(Membership.objects.of(home).exclude(until_on=None), "person")
        | ids_of(Person.objects.of(home).exclude(motivations=""), "pk")
    )
    terms = Subscription.objects.of(home).exclude(continues=None)

    assert ids_told(PeopleChanged, "person_ids") >= changed
    assert ids_told(SubscriptionsUpserted, "account_ids") >= ids_of(terms, "account")
    assert ids_told(NotesWritten, "account_ids") == ids_of(Note.objects.of(home), "account")
    assert ids_told(NotesWritten, "note_ids") == ids_of(Note.objects.of(home), "pk")
    assert ids_told(WinsNoted, "account_ids") == ids_of(Win.objects.of(home), "account")
    paying = Account.objects.of(home).exclude(arr_minor=None)
    assert ids_told(FiguresNoted, "account_ids") >= ids_of(paying, "pk")


def test_what_is_promised_is_said_in_the_language_of_the_workspace(small):
    hours = BusinessHours.objects.of(small.workspace_id).get()
    policy = SlaPolicy.objects.of(small.workspace_id).get()
    with translation.override("es"):
        wanted = (gettext("Office hours"), gettext("Everybody"), gettext("Christmas"))

    assert (hours.name, policy.name) == wanted[:2] != ("Office hours", "Everybody")
    assert {name for on, name in hours.holidays if on.endswith("-12-25")} == {wanted[2]}
    assert len(hours.holidays) == 3 * 8
