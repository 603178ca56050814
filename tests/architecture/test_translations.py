import os
import re
import shutil

import polib
import pytest
from django.core.management import call_command

from tests.architecture.tree import PACKAGE, ROOT

SPANISH = PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NOT_OURS = (
    "vereda/locale",
    ".venv",
    "node_modules",
    "var",
    "build",
    "tests",
    "*/tests/*",
    "frontend",
    "benchmarks",
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The sentences that stand in the code now, as GNU gettext collects them."""
    if shutil.which("xgettext") is None:
        if os.environ.get("CI"):
            pytest.fail("GNU gettext is missing, and CI must see that both languages are complete")
        pytest.skip("*** GNU gettext is missing: the translations were not checked ***")
    place = tmp_path_factory.mktemp("locale")
    shutil.copytree(PACKAGE / "locale", place, dirs_exist_ok=True)
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.LOCALE_PATHS", [str(place)])
            call_command(
                "makemessages",
                locale=["es"],
                no_obsolete=True,
                no_location=True,
                no_wrap=True,
                ignore_patterns=list(NOT_OURS),
                verbosity=0,
            )
    finally:
        os.chdir(before)
    return polib.pofile(str(place / "es" / "LC_MESSAGES" / "django.po"))


def test_every_sentence_is_there_in_spanish(collected):
    assert [entry.msgid for entry in collected if not entry.translated()] == []


def test_no_translation_is_a_guess(collected):
    assert [entry.msgid for entry in collected if entry.fuzzy] == []


def test_no_sentence_is_kept_that_nobody_says(collected):
    said = {(entry.msgctxt, entry.msgid) for entry in collected}
    kept = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(SPANISH))}

    assert kept - said == set()


def test_a_translation_names_the_same_things_as_the_original():
    different = [
        entry.msgid
        for entry in polib.pofile(str(SPANISH))
        for said in [entry.msgstr, *entry.msgstr_plural.values()]
        if said and set(PLACEHOLDER.findall(said)) - named_in(entry)
    ]

    assert different == []


def named_in(entry):
    """The placeholders of the sentence and of its plural."""
    return set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
