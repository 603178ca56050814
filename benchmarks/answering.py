"""The measured side of `audiences`: a workspace of people made by SQL, then one question.

Run with Django set up: `main()` takes the number of people from the command line and prints one
JSON object.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any, Final

from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from vereda.audiences.actions.answering import answer_wholly, look_again_at
from vereda.audiences.actions.audiences import save_audience
from vereda.audiences.contracts import About, Cause, Comparison, Group, Row
from vereda.audiences.models import Audience, AudienceChange
from vereda.audiences.queries.asking import Vocabulary, asked_question, vocabulary_of
from vereda.audiences.queries.inclusions import NEWEST, inclusions_in
from vereda.customers.models.people import Person
from vereda.foundation.clock import now
from vereda.foundation.paging import slice_of
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import Member, User

LANGUAGES: Final = ("es", "en", "pt", "fr")
TITLES: Final = ("CTO", "Analyst", "Buyer", "Head of operations", "")
DAYS: Final = 700
TURNS: Final = 5
LIMIT: Final = 1.0
MOST_WRITTEN: Final = 10_000
QUESTION: Final = Group(
    rules=(
        Row(criterion="customers.language", comparison=Comparison.IS, values=("es",)),
        Row(criterion="customers.title", comparison=Comparison.ANY_OF, values=("CTO", "Buyer")),
        Row(criterion="customers.created_on", comparison=Comparison.IN_LAST_DAYS, values=("365",)),
    )
)

Figures = dict[str, Any]


def main() -> None:
    """Fill, measure, print."""
    people = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("owner@bench.example", name="Owner")
    member = open_workspace(name="Bench", slug="bench", owner=user, now=now())
    fill_people(member, people)
    figures = measured(member, people)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["whole"] = {"people": people, "peak_mb": peak}
    sys.stdout.write(f"{json.dumps(figures)}\n")


def fill_people(member: Member, people: int) -> None:
    """So many people, in the shape that an import leaves."""
    today, workspace = now().date(), member.workspace_id
    for start in range(0, people, MOST_WRITTEN):
        Person.objects.of(workspace).bulk_create(
            [
                Person(
                    workspace_id=workspace,
                    number=number,
                    name=f"Person {number}",
                    name_sort=f"person {number}",
                    email=f"p{number}@bench.example",
                    language=LANGUAGES[number % len(LANGUAGES)],
                    title=TITLES[number % len(TITLES)],
                    created_on=joined(number, today),
                )
                for number in range(start + 1, min(start + MOST_WRITTEN, people) + 1)
            ]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def joined(number: int, today: date) -> date:
    """The day somebody became known, spread over two years."""
    return today - timedelta(days=number * 7 % DAYS)


def measured(member: Member, people: int) -> dict[str, Figures]:
    """Every case, each a fresh question to the database."""
    workspace = member.workspace
    vocabulary = vocabulary_of(workspace, about=About.PEOPLE)
    scan = seconds(lambda: Person.every_workspace.aggregate(Count("title")))
    counted: list[int] = []
    count = seconds(lambda: counted.append(counted_now(vocabulary)))
    audience = save_audience(
        workspace, name="Bench", about=About.PEOPLE, question=QUESTION, by=member, now=now()
    )
    first = answered(audience, vocabulary)
    again = answered(audience, vocabulary)
    return {
        "count": {
            "seconds": count,
            "limit": LIMIT,
            "scan": scan,
            "to_scan": ratio(count, scan),
            "in": counted[-1],
        },
        "members": members_read(audience),
        "first": first,
        "again": {**again, "of_first": ratio(again["seconds"], first["seconds"])},
        "touched": touched(audience, vocabulary, max(10, people // 1_000), first["seconds"]),
        "few": touched(audience, vocabulary, 10, first["seconds"]),
    }


def counted_now(vocabulary: Vocabulary) -> int:
    """The count of a preview, from a question that is read anew."""
    return asked_question(vocabulary, QUESTION, now=now()).matching().count()


def members_read(audience: Audience) -> Figures:
    """The kept size, and the first page of who is in."""
    size = seconds(lambda: Audience.objects.of(audience.workspace_id).get(pk=audience.pk).size)
    page = seconds(
        lambda: slice_of(
            inclusions_in(audience), workspace=audience.workspace_id, order=NEWEST, size=50
        )
    )
    return {"size_seconds": size, "page_seconds": page}


def answered(audience: Audience, vocabulary: Vocabulary) -> Figures:
    """One whole answer."""
    row = Audience.objects.of(audience.workspace_id).get(pk=audience.pk)
    before = written(audience)
    began = time.perf_counter()
    moved = answer_wholly(row, vocabulary=vocabulary, cause=Cause.QUESTION, now=now())
    spent = time.perf_counter() - began
    return {
        "seconds": round(spent, 3),
        "moved": moved.entered + moved.left,
        "rows_written": written(audience) - before,
    }


def touched(audience: Audience, vocabulary: Vocabulary, many: int, first: float) -> Figures:
    """So many people became others: half of them as the question asks, half as it does not."""
    spread = Person.objects.of(audience.workspace_id).order_by("pk")
    ids = list(spread.values_list("pk", flat=True)[: many * 2 : 2])
    Person.every_workspace.filter(pk__in=ids[: many // 2]).update(language="es", title="CTO")
    Person.every_workspace.filter(pk__in=ids[many // 2 :]).update(language="fr")
    before = written(audience)
    began = time.perf_counter()
    moved = look_again_at(audience, ids, vocabulary=vocabulary, cause=Cause.NEWS, now=now())
    spent = time.perf_counter() - began
    return {
        "people": len(ids),
        "seconds": round(spent, 4),
        "moved": moved.entered + moved.left,
        "rows_written": written(audience) - before,
        "of_first": ratio(spent, first),
    }


def written(audience: Audience) -> int:
    """How many lines the log of the audience has: one for each row that was put in or taken out."""
    return AudienceChange.objects.of(audience.workspace_id).filter(audience=audience).count()


def seconds(work: Callable[[], object]) -> float:
    """The median of some turns."""
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return round(median(times), 4)


def ratio(part: float, whole: float) -> float:
    """One beside another."""
    return round(part / whole, 3) if whole else 0.0
