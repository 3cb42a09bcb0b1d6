"""Sentences that are kept: English in the database, the reader's language on the page."""

import pytest
from django.utils import translation

from accounts_app import sentences
from accounts_app.models import Operation
from accounts_app.sentences import say, told


@pytest.fixture
def _in_french():
    with translation.override("fr"):
        yield


def test_in_english_a_sentence_is_told_as_it_was_said():
    assert told(say("Not sent: {why}", why="x")) == "Not sent: x"


@pytest.mark.usefixtures("_in_french")
class TestInFrench:
    """A page that is read in French."""

    def test_a_sentence_is_said_in_english(self):
        words = say("The {kind} is {state}.", kind="card", state=Operation.State.SUCCEEDED.label)
        assert words == "The card is Done."

    def test_a_persons_own_words_are_no_sentence_of_ours(self):
        assert told("The letter is not signed.") == "The letter is not signed."

    def test_the_providers_states_are_left_as_they_are(self):
        words = say("{the} is {status}.", the="The account", status="active")
        assert told(words).endswith("«\u00a0active\u00a0».")

    def test_sentences_that_follow_each_other_have_the_spaces_of_french(self):
        assert told("delivered once; looked into: updated") == (
            "livré une fois\u00a0; examiné\u00a0: modifié"
        )

    @pytest.mark.parametrize(
        ("kept", "read"),
        [
            ("Sending is paused.", "Les envois sont suspendus."),
            ("The provider cannot be reached.", "Le prestataire ne peut pas être joint."),
            (
                "Not sent: the provider does not know this account.",
                "Non envoyée\u00a0: le prestataire ne connaît pas ce compte.",
            ),
            (
                "Refused by the provider: The provider declined the request (409).",
                "Refusée par le prestataire\u00a0: Le prestataire a décliné la demande (409).",
            ),
            (
                "Outcome being checked. Do not repeat it.",
                "Issue en vérification. Ne la répétez pas.",
            ),
            (
                "Close for good was already requested by jo at 23:53 UTC on 28 November. "
                "Only one operation can be open at a time.",
                "Clôturer définitivement\u00a0: déjà demandé par jo, le 28 novembre à 23:53 UTC. "
                "Une seule opération peut être ouverte à la fois.",
            ),
            ("delivered once; looked into", "livré une fois\u00a0; examiné"),
        ],
    )
    def test_what_was_kept_is_read(self, kept, read):
        assert told(kept) == read

    @pytest.mark.parametrize("typed", ["", "Ticket 4711 {x}", "Rappel : le client a écrit", "%s"])
    def test_other_words_stay(self, typed):
        assert told(typed) == typed

    def test_what_people_typed_stays_in_a_sentence(self):
        words = say("Rejected by {person}: {note}", person="approver", note="Done")
        assert told(words) == "Rejetée par approver\u00a0: Done"

    def test_a_capital_stays_a_capital(self):
        assert told("The account") == "Le compte"

    def test_english_can_be_had(self):
        assert sentences.english(Operation.State.SUCCEEDED.label) == "Done"
