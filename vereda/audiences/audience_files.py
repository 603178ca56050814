"""Audiences as a file, in TOML or JSON.

    [[audience]]
    name = "New customers"
    slug = "new-customers"
    about = "accounts"

    [audience.question]
    combinator = "and"
    not = false
    rules = [{ field = "customers.created_on", operator = "in_last_days", value = "90" }]

What the file names is added or changed; what it does not name stays. In a file a member is called
by their address, so that it can be read into another workspace where they work too.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
import tomli_w
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.audiences.actions.audiences import change_audience, save_audience
from vereda.audiences.contracts import About, Group, Row, WrongAudienceFile, WrongQuestion
from vereda.audiences.models import Audience
from vereda.audiences.queries.asking import question_said, vocabulary_of
from vereda.audiences.queries.audiences import audiences_by_slug
from vereda.audiences.rules.questions import question_content
from vereda.audiences.rules.references import asked_for
from vereda.foundation.criteria import Criterion, ValueKind
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

LARGEST: Final = 1_000_000
MOST_AUDIENCES: Final = 200
WORDS: Final = {"name": 100, "slug": 60, "description": 500}
KNOWN: Final = frozenset({*WORDS, "about", "question"})


# --- Out ----------------------------------------------------------------------------------


def audiences_as_file(
    workspace: Workspace, rows: Sequence[Audience], *, as_json: bool = False
) -> str:
    """These audiences as the text of a file."""
    addresses = {str(each.pk): each.user.email for each in members_of(workspace)}
    criteria = {
        about: vocabulary_of(workspace, about=about).criteria
        for about in {About(row.about) for row in rows}
    }
    tables = [_table_of(row, criteria[About(row.about)], addresses) for row in rows]
    if as_json:
        return json.dumps({"audience": tables}, ensure_ascii=False, indent=2) + "\n"
    return tomli_w.dumps({"audience": tables}, multiline_strings=False)


def _table_of(
    row: Audience, criteria: Mapping[str, Criterion], addresses: Mapping[str, str]
) -> dict[str, Any]:
    words = {word: getattr(row, word) for word in WORDS}
    told = _with_members(row.asked, criteria, addresses)
    return {**words, "about": row.about, "question": question_content(told)}


def _with_members(
    group: Group, criteria: Mapping[str, Criterion], called: Mapping[str, str]
) -> Group:
    """The question with members called otherwise: by address in files, by id in rows."""

    def told(rule: Row | Group) -> Row | Group:
        if isinstance(rule, Group):
            return _with_members(rule, criteria, called)
        known = criteria.get(rule.criterion)
        if known is None or known.kind is not ValueKind.MEMBER:
            return rule
        values = tuple(called.get(text, text) for text in rule.values)
        return msgspec.structs.replace(rule, values=values)

    return msgspec.structs.replace(group, rules=tuple(map(told, group.rules)))


# --- In -----------------------------------------------------------------------------------


@transaction.atomic
def bring_in_audiences(
    workspace: Workspace, *, text: str, by: Member | None, now: datetime
) -> list[Audience]:
    """Add or change what the file names, all of it or nothing; answers those whose question is
    new or another."""
    known = audiences_by_slug(workspace)
    members = {each.user.email: str(each.pk) for each in members_of(workspace)}
    criteria = {about: vocabulary_of(workspace, about=about).criteria for about in About}
    changed: list[Audience] = []
    for place, table in _those_asked_for_first(_tables_in(text)):
        words, about = _words_in(table, place)
        try:
            said = question_said(table.get("question"))
            question = _with_members(said, criteria[about], members)
            row, is_other = _brought_in(
                workspace, words, about, question, known=known, by=by, now=now
            )
        except WrongQuestion as wrong:
            raise WrongAudienceFile(
                _("%(name)s: %(why)s") % {"name": words["name"], "why": wrong.sentence}
            ) from wrong
        known[row.slug] = row
        if is_other:
            changed.append(row)
    return changed


def _brought_in(
    workspace: Workspace,
    words: Mapping[str, str],
    about: About,
    question: Group,
    *,
    known: Mapping[str, Audience],
    by: Member | None,
    now: datetime,
) -> tuple[Audience, bool]:
    row = known.get(words["slug"])
    if row is None:
        saved = save_audience(workspace, about=about, question=question, by=by, now=now, **words)
        return saved, True
    if row.about != about:
        raise WrongAudienceFile(
            _("%s is about accounts or people already, and stays so.") % words["name"]
        )
    changed = change_audience(
        row,
        name=words["name"],
        description=words["description"],
        question=question,
        by=by,
        now=now,
    )
    return row, changed


def _tables_in(text: str) -> list[Mapping[str, Any]]:
    if len(text) > LARGEST:
        raise WrongAudienceFile(_("The file is larger than a megabyte."))
    content = _decoded(text)
    tables = content.get("audience") if isinstance(content, dict) else None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise WrongAudienceFile(_("Write each audience as [[audience]]."))
    if not 1 <= len(tables) <= MOST_AUDIENCES:
        raise WrongAudienceFile(_("The file names between 1 and %d audiences.") % MOST_AUDIENCES)
    return tables


def _those_asked_for_first(
    tables: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each with its place in the file, those before it that it asks for; a circle as it stands."""
    waiting = list(enumerate(tables, 1))
    slugs = {place: slugify(str(t.get("slug") or t.get("name", "")))[:60] for place, t in waiting}
    while waiting:
        missing = {slugs[place] for place, _table in waiting}
        free = [
            (place, table)
            for place, table in waiting
            if not asked_for(table.get("question")) & (missing - {slugs[place]})
        ]
        yield from free or waiting
        waiting = [one for one in waiting if free and one not in free]


def _decoded(text: str) -> Any:
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    try:
        return json.loads(text.lstrip("\ufeff")) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if is_json else "TOML"
        raise WrongAudienceFile(
            _("This is no %(kind)s: %(why)s.") % {"kind": kind, "why": error}
        ) from error


def _words_in(table: Mapping[str, Any], place: int) -> tuple[dict[str, str], About]:
    unknown = [word for word in table if word not in KNOWN]
    if unknown:
        raise WrongAudienceFile(
            _("Audience %(place)d: “%(word)s” has no meaning here.")
            % {"place": place, "word": unknown[0][:60]}
        )
    words = {word: table.get(word, "") for word in WORDS}
    for word, longest in WORDS.items():
        text = words[word]
        if not isinstance(text, str) or len(text) > longest or "\x00" in text:
            raise WrongAudienceFile(
                _("Audience %(place)d: “%(word)s” is a text of at most %(longest)d characters.")
                % {"place": place, "word": word, "longest": longest}
            )
    if not words["name"].strip():
        raise WrongAudienceFile(_("Audience %d has no name.") % place)
    about = table.get("about", About.ACCOUNTS.value)
    if not isinstance(about, str) or about not in set(About):
        raise WrongAudienceFile(_("Audience %d: “about” is “accounts” or “people”.") % place)
    words["slug"] = slugify(words["slug"] or words["name"])[:60] or "audience"
    return words, About(about)
