"""Giving what was asked for: every kind, and nothing that is somebody else's."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from vereda.customers.actions.accounts import archive_account
from vereda.customers.models.files import AccountFile
from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.onboarding.actions.items import request_item
from vereda.onboarding.contracts.plans import ItemState
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    ItemKind,
)
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.testing import a_choice, a_plan, an_edition, an_item
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

ASKS = EditionSpec(
    breadth=Breadth.STANDARD,
    items=(
        an_item("size", 1, ItemKind.VALUE),
        a_choice("colour", 1, "red", "blue"),
        an_item("customers", 1, ItemKind.EXPORT, file_kinds=(FileKind.CSV,)),
        an_item("logo", 1, ItemKind.FILE, file_kinds=(FileKind.IMAGE,)),
        an_item("contract", 1, ItemKind.APPROVAL),
    ),
)


@pytest.fixture
def plan(acme, account):
    """A plan of which everything was asked for."""
    plan = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))
    for item in PlanItem.objects.of(acme.workspace).filter(plan=plan, set_number=1):
        request_item(item, by=acme.member, now=now())
    return plan


def item_of(plan, key):
    return PlanItem.objects.of(plan.workspace_id).get(plan=plan, key=key)


def give(client, item, **said):
    told = {f"{item.pk.hex}-{name}": value for name, value in said.items()}
    return client.post(f"/p/acme/steps/{item.pk}/give/", told)


def a_picture():
    body = BytesIO()
    Image.new("RGB", (4, 4), "red").save(body, "PNG")
    return body.getvalue()


def test_the_page_says_what_is_wanted(mara, plan):
    page = a_visitor(mara).get("/p/acme/").content.decode()

    assert "Your next steps" in page
    assert "Size" in page
    assert "I approve" in page
    assert "Send the file" in page


def test_a_value_is_given(mara, plan):
    answer = give(a_visitor(mara), item_of(plan, "size"), value="M")

    entry = PlanEntry.objects.of(plan.workspace_id).get(item__key="size", kind="submitted")
    assert answer.status_code == 303
    assert item_of(plan, "size").state == ItemState.SUBMITTED
    assert (entry.value, entry.person_id, entry.theirs) == ("M", mara.pk, True)


def test_a_choice_is_given(mara, plan):
    give(a_visitor(mara), item_of(plan, "colour"), choice="blue")

    assert item_of(plan, "colour").state == ItemState.SUBMITTED


def test_a_choice_that_is_not_offered_is_refused(mara, plan):
    answer = give(a_visitor(mara), item_of(plan, "colour"), choice="green")

    assert answer.status_code == 422
    assert item_of(plan, "colour").state == ItemState.ASKED


def test_a_file_is_given(mara, plan):
    item = item_of(plan, "customers")
    file = SimpleUploadedFile("customers.csv", b"name;city\nAna;Lugo\n")

    answer = give(a_visitor(mara), item, file=file, words="All of them")

    kept = AccountFile.objects.of(plan.workspace_id).get()
    assert answer.status_code == 303
    assert item_of(plan, "customers").state == ItemState.SUBMITTED
    assert (kept.name, kept.account_id) == ("customers.csv", plan.account_id)


def test_a_file_of_another_kind_is_refused_and_not_kept(mara, plan):
    file = SimpleUploadedFile("logo.png", b"%PDF-1.7 no picture")

    answer = give(a_visitor(mara), item_of(plan, "logo"), file=file)

    assert answer.status_code == 422
    assert item_of(plan, "logo").state == ItemState.ASKED
    assert not AccountFile.objects.of(plan.workspace_id).exists()


def test_a_drawing_with_a_program_inside_is_no_picture(mara, plan):
    file = SimpleUploadedFile(
        "logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    )

    answer = give(a_visitor(mara), item_of(plan, "logo"), file=file)

    assert answer.status_code == 415
    assert not AccountFile.objects.of(plan.workspace_id).exists()


def test_a_picture_is_kept_under_a_safe_name(mara, plan):
    file = SimpleUploadedFile("x.png", a_picture())
    file.name = "..\\..\\con.html.png"

    give(a_visitor(mara), item_of(plan, "logo"), file=file)

    kept = AccountFile.objects.of(plan.workspace_id).get()
    assert kept.media_type == "image/png"
    assert "/" not in kept.name
    assert "\\" not in kept.name
    assert kept.name.endswith(".png")


def test_something_is_approved(mara, plan):
    item = item_of(plan, "contract")

    a_visitor(mara).post(f"/p/acme/steps/{item.pk}/approve/")

    assert item_of(plan, "contract").state == ItemState.ACCEPTED


def test_something_is_not_approved_and_why(mara, plan):
    item = item_of(plan, "contract")

    a_visitor(mara).post(
        f"/p/acme/steps/{item.pk}/decline/", {f"no-{item.pk.hex}-because": "Wrong price"}
    )

    entry = PlanEntry.objects.of(plan.workspace_id).get(item=item, kind="returned")
    assert (entry.because, entry.person_id) == ("Wrong price", mara.pk)


def test_a_reason_is_needed(mara, plan):
    item = item_of(plan, "contract")

    answer = a_visitor(mara).post(f"/p/acme/steps/{item.pk}/decline/", {})

    assert answer.status_code == 422
    assert item_of(plan, "contract").state == ItemState.ASKED


@pytest.mark.parametrize("verb", ["give", "approve", "decline", "smile"])
def test_another_customers_item_is_not_there(acme, plan, verb):
    stranger = a_person(acme, name="Zoe", email="zoe@other.example", account=an_account(acme))
    item, before = item_of(plan, "contract"), PlanEntry.objects.of(acme.workspace).count()

    answer = a_visitor(stranger).post(f"/p/acme/steps/{item.pk}/{verb}/", {"score": "5"})

    assert answer.status_code == 404
    assert PlanEntry.objects.of(acme.workspace).count() == before


def test_another_customers_plan_is_not_there(acme, plan):
    stranger = a_person(acme, name="Zoe", email="zoe@other.example", account=an_account(acme))

    assert a_visitor(stranger).get(f"/p/acme/plans/{plan.key}/").status_code == 404


def test_what_was_given_to_a_colleague_by_name_is_not_theirs(acme, account, mara, plan):
    colleague = a_person(acme, name="Leo", email="leo@muebles.example", account=account)
    PlanItem.objects.of(acme.workspace).filter(plan=plan, key="size").update(person=colleague)

    answer = give(a_visitor(mara), item_of(plan, "size"), value="M")

    assert answer.status_code == 404


def test_whoever_left_the_account_sees_nothing_of_it(mara, plan):
    client = a_visitor(mara)
    mara.memberships.update(until_on=now().date())

    page = client.get("/p/acme/").content.decode()

    assert "Size" not in page
    assert client.get(f"/p/acme/plans/{plan.key}/").status_code == 404


def test_the_plan_is_read_in_plain_words(mara, plan):
    page = a_visitor(mara).get(f"/p/acme/plans/{plan.key}/").content.decode()

    assert "What we need from you" in page
    assert "It is your turn" in page
    assert "since you said yes" in page


def test_the_page_costs_the_same_for_one_step_and_for_five(
    django_assert_max_num_queries, mara, plan
):
    client = a_visitor(mara)

    with django_assert_max_num_queries(20):
        client.get("/p/acme/")


def test_the_first_page_costs_about_the_same_for_many_accounts(
    acme, mara, plan, django_assert_max_num_queries
):
    client = a_visitor(mara)
    client.get("/p/acme/")
    with django_assert_max_num_queries(25) as one:
        client.get("/p/acme/")
    for owner in (acme.owner, acme.admin, acme.member, acme.viewer):
        account = an_account(acme, owner_id=owner.pk)
        mara.memberships.create(workspace=acme.workspace, account=account)

    with django_assert_max_num_queries(len(one) + 4 + 2):  # their plans; their owners, in two
        page = client.get("/p/acme/").content.decode()

    assert all(each.name in page for each in (acme.owner, acme.admin, acme.viewer))


def test_steps_of_an_archived_account_are_not_shown(acme, account, mara, plan):
    client = a_visitor(mara)
    before = client.get("/p/acme/").content.decode()
    archive_account(account, by=acme.admin, now=now())

    assert "I approve" in before
    assert "I approve" not in client.get("/p/acme/").content.decode()
