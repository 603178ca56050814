"""Playbooks as files: what is written is read again; what is wrong says why."""

import pytest

from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING
from vereda.worklist.actions.playbooks import take_preset
from vereda.worklist.contracts import AlertKind, PlaybookIn, PlaybookStep, StepRole, WrongPlaybook
from vereda.worklist.playbook_files import (
    LANGUAGES,
    PRESETS,
    playbook_as_file,
    playbook_in_file,
    preset_playbook,
)
from vereda.worklist.queries.playbooks import steps_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_playbook_and_survives_its_own_file(name, language):
    said = preset_playbook(name, language=language)
    assert len(said.steps) >= 4
    assert said.kind in set(AlertKind)
    assert playbook_in_file(playbook_as_file(said)) == said


def test_presets_ask_for_the_same_in_both_languages():
    for name in PRESETS:
        english, spanish = (preset_playbook(name, language=each) for each in LANGUAGES)
        assert [step.working_days for step in english.steps] == [
            step.working_days for step in spanish.steps
        ]
        assert english.name != spanish.name


def test_all_that_can_be_said_survives_a_file():
    said = PlaybookIn(
        name="Ñandú “uno”",
        purpose="Two\nlines",
        steps=(
            PlaybookStep(title="A", working_days=3, role=StepRole.QUEUE, queue="Pool", note="N"),
            PlaybookStep(title="B", working_days=0, role=StepRole.MEMBER, member="a@b.example"),
        ),
    )
    assert playbook_in_file(playbook_as_file(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        'name = "X"',
        'name = "X"\ntask = "Y"',
        'name = "X"\n[[task]]\nworking_days = 1',
        'name = "X"\n[[task]]\ntitle = "T"\nrole = "boss"',
        'name = "X"\n[[task]]\ntitle = "T"\nwhen = 1',
        'name = "X"\nkind = "anything"\n[[task]]\ntitle = "T"',
        "x = 1\n" * 100_000,
    ],
)
def test_what_is_no_playbook_says_why(text):
    with pytest.raises(WrongPlaybook):
        playbook_in_file(text)


@pytest.mark.django_db
def test_a_preset_comes_in_the_workspaces_language(acme):
    acme.workspace.language = "es"
    playbook = take_preset(acme.workspace, "renewal", by=acme.admin, now=MORNING)
    assert playbook.name == "Renovación"
    assert len(steps_of(playbook.current)) == 6


@pytest.mark.django_db
def test_a_preset_that_is_not_there_is_missing(acme):
    with pytest.raises(Missing):
        take_preset(acme.workspace, "../x", by=acme.admin, now=MORNING)
