from vereda.foundation.personal_data import PersonRef
from vereda.imports.models import ImportChange, RejectedRow
from vereda.imports.personal_data import WhatFilesSaid
from vereda.imports.queries.imports import imports_folder
from vereda.imports.testing import a_file, things_of
from vereda.imports.tests.test_run import taken_in

FILE = "code,name,email,price\nA,Ana,ana@x.example,1\nB,Bea,bea@x.example,2\nC,C,Ana@x.example,?!\n"


def ana(company):
    thing = things_of(company.workspace.pk, ["A"])["A"]
    return PersonRef(workspace_id=company.workspace.pk, person_id=thing.pk, email="ana@x.example")


def test_what_files_said_about_a_person_can_be_exported(acme):
    taken_in(acme, FILE)

    change, refused = WhatFilesSaid().export(ana(acme))

    assert (change.source, change.values["email"]) == ("things.csv", "ana@x.example")
    assert refused.values["3"] == "Ana@x.example"


def test_m11_what_files_said_about_an_erased_person_is_gone(acme, globex):
    run = taken_in(acme, FILE)
    theirs = taken_in(globex, FILE)

    assert WhatFilesSaid().erase(ana(acme)) == 2

    run.refresh_from_db()
    assert list(WhatFilesSaid().export(ana(acme))) == []
    assert ImportChange.objects.of(acme.workspace).count() == 1
    assert not RejectedRow.objects.of(acme.workspace).exists()
    assert "ana" not in str([run.detected, run.checked]).casefold()
    assert not (imports_folder() / run.stored_as).exists()
    assert (imports_folder() / theirs.stored_as).exists()
    assert ImportChange.objects.of(globex.workspace).count() == 2


def test_a_file_that_was_not_run_yet_and_names_them_is_gone_too(acme):
    naming = a_file(acme, "code,email\nA,Ana@X.example\n", name="naming.csv")
    other = a_file(acme, "code,email\nA,bea@x.example\n", name="other.csv")
    person = PersonRef(
        workspace_id=acme.workspace.pk,
        person_id=acme.workspace.pk,
        email="ana@x.example",
        external_ids=("A",),
    )

    WhatFilesSaid().erase(person)

    for run in (naming, other):
        run.refresh_from_db()
    assert not (imports_folder() / naming.stored_as).exists()
    assert not (imports_folder() / naming.text_as).exists()
    assert "ana" not in str(naming.detected).casefold()
    assert (imports_folder() / other.stored_as).exists()
