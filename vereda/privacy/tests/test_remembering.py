from datetime import timedelta

import pytest

from vereda.customers.testing import a_person
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING, NOON
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.remembering import AnotherList, ErasureList
from vereda.privacy.rules import marks_of
from vereda.workspaces.models import Workspace

WHO = "ana@cafes.example"


@pytest.fixture
def whom():
    workspace = Workspace(name="Acme")
    return PersonRef(
        workspace_id=workspace.pk,
        person_id=Workspace().pk,
        external_ids=("ext-ana",),
        email=WHO,
    )


def test_the_list_names_nobody_and_recognises_everybody(tmp_path, whom):
    erasures = ErasureList(tmp_path)
    erasures.add(whom, names=["browser-1"], now=MORNING)

    (found,) = erasures.since(MORNING)

    names = [WHO, "ext-ana", "browser-1", str(whom.person_id)]
    assert found.workspace_id == whom.workspace_id
    assert found.marks == marks_of(names, workspace_id=whom.workspace_id, key=erasures.key())
    written = b"".join(path.read_bytes() for path in erasures.folder.iterdir())
    assert not [name for name in names if name.encode() in written]
    assert {path.stat().st_mode & 0o777 for path in erasures.folder.iterdir()} == {0o600}


def test_only_erasures_from_then_on_are_answered(tmp_path, whom):
    erasures = ErasureList(tmp_path)
    erasures.add(whom, names=(), now=MORNING)
    erasures.add(whom, names=(), now=NOON)

    assert [one.erased_at for one in erasures.since(MORNING + timedelta(seconds=1))] == [NOON]


def test_a_line_that_the_power_cut_off_hides_no_other(tmp_path, whom):
    erasures = ErasureList(tmp_path)
    erasures.add(whom, names=(), now=MORNING)
    path = erasures.folder / "list.jsonl"
    path.write_text(path.read_text() + '\n{"erased_at": "2026-')

    erasures.add(whom, names=(), now=NOON)

    assert [one.erased_at for one in erasures.since(MORNING)] == [MORNING, NOON]


def test_another_home_learns_what_it_does_not_know(tmp_path, whom):
    mine, other = ErasureList(tmp_path / "mine"), ErasureList(tmp_path / "other")
    other.add(whom, names=(), now=MORNING)
    mine.take_over(other)
    other.add(whom, names=(), now=NOON)

    mine.take_over(other)
    mine.take_over(other)

    assert mine.since(MORNING) == other.since(MORNING)
    assert mine.key() == other.key()


def test_another_installation_is_not_believed(tmp_path, whom):
    mine, other = ErasureList(tmp_path / "mine"), ErasureList(tmp_path / "other")
    for each in (mine, other):
        each.add(whom, names=(), now=MORNING)

    with pytest.raises(AnotherList):
        mine.take_over(other)


def test_what_is_to_be_done_again_is_known_until_it_was(tmp_path):
    erasures = ErasureList(tmp_path)
    assert erasures.asked_again() is None
    erasures.ask_again(MORNING)
    assert erasures.asked_again() == MORNING
    erasures.done_again()
    assert erasures.asked_again() is None


@pytest.mark.django_db
def test_whoever_is_erased_is_on_the_list(acme, settings, tmp_path):
    settings.HOME = tmp_path
    person = a_person(acme, email=WHO)
    erase_person(person, by=acme.owner, now=MORNING)

    erasures = ErasureList(tmp_path)
    (found,) = erasures.since(MORNING)

    expected = marks_of([WHO, str(person.pk)], workspace_id=acme.workspace.pk, key=erasures.key())
    assert expected <= found.marks
