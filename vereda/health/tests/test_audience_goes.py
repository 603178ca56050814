"""A scorecard whose audience is archived scores nobody at once, not only by night."""

import pytest

from vereda.audiences.actions.audiences import archive_audience, restore_audience
from vereda.audiences.testing import a_row, an_audience
from vereda.customers.contracts import LifecycleStage
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.health.actions.pulses import give_opinion
from vereda.health.actions.scoring import score_portfolio
from vereda.health.queries.scores import score_of
from vereda.health.testing import a_published_card, known, some_rules

pytestmark = pytest.mark.django_db


def test_an_archived_audience_moves_its_accounts_to_another_card_at_once(acme, facts):
    account = an_account(acme, stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, a_row("customers.stage", "is", "trial"))
    everybodys = a_published_card(acme, some_rules(), name="Everybody")
    trials = a_published_card(acme, some_rules(), name="Trials", audience=audience)
    give_opinion(account, value=4, comment="", by=acme.member, now=MORNING)
    score_portfolio(acme.workspace, now=MORNING)
    facts.deliver()

    def card():
        score = known(score_of(account))
        return score.version.scorecard_id

    assert card() == trials.scorecard_id
    archive_audience(audience, by=acme.owner, now=MORNING)
    facts.deliver()
    assert card() == everybodys.scorecard_id

    restore_audience(audience, by=acme.owner)
    facts.deliver()
    assert card() == trials.scorecard_id
