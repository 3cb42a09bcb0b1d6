"""The plan is a value: what differs, how much it is, and whether that is to be believed."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from accounts_app import representations
from accounts_app.models import Drift, EntityKind
from accounts_app.offblocks.errors import Unavailable
from accounts_app.offblocks.seams import Recognised
from accounts_app.reconciliation.plan import Held, Limits, Plan, Side, compare, judge
from tests.factories import account_shape

What = Drift.What
ASKED = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARLIER, LATER = ASKED - timedelta(hours=1), ASKED + timedelta(seconds=1)
OLD, NEW = "2026-03-01T09:00:00.000000Z", "2026-05-01T09:00:00.000000Z"
NEWEST = "2026-05-01T09:00:01.000000Z"
LIMITS = Limits(share=0.2, rows=20)


def holding(shape, asked_at=EARLIER, **columns) -> Held:
    """Return what the mirror holds when it was shown this shape."""
    return Held(shape.revision, asked_at, representations.digest_of(shape), **columns)


def planned(listed=(), held=None) -> Plan:
    """Compare a list of accounts with what the mirror holds, by shape."""
    return compare([Side(EntityKind.ACCOUNT, list(listed), ASKED, held or {})])


def sorts(plan: Plan) -> list[str]:
    """Return the sorts of difference found."""
    return [str(one.what) for one in plan.differences]


def many(number: int) -> list:
    """Return so many accounts."""
    return [account_shape() for _ in range(number)]


def mirrored(shapes) -> dict:
    """Return a mirror that holds exactly these."""
    return {shape.id: holding(shape) for shape in shapes}


def changed(shape, **fields):
    """Return the same account as the provider told it later."""
    return account_shape(**{**shape.representation, "updatedAt": NEW, **fields})


def test_equal_sides_differ_in_nothing():
    shapes = many(3)
    assert planned(shapes, mirrored(shapes)).differences == ()


def test_an_unknown_account_is_missing_here():
    assert sorts(planned(many(1))) == [What.MISSING_HERE]


def test_a_newer_account_differs():
    shape = account_shape()
    assert sorts(planned([changed(shape, status="closed")], mirrored([shape]))) == [What.DIFFERS]


def test_another_spelling_of_the_same_instant_is_no_difference():
    shape = account_shape(updatedAt="2026-03-01T09:00:00.000000999Z")
    listed = account_shape(**{**shape.representation, "updatedAt": OLD})
    assert planned([listed], mirrored([shape])).differences == ()


def test_the_same_time_with_other_content_differs():
    shape = account_shape()
    listed = account_shape(**{**shape.representation, "status": "inactive"})
    assert sorts(planned([listed], mirrored([shape]))) == [What.DIFFERS]


def test_what_the_mirror_learnt_since_the_list_is_no_difference():
    shape = account_shape()
    newer = changed(shape, status="closed")
    assert planned([shape], {shape.id: holding(newer, LATER)}).differences == ()


def test_something_older_than_we_hold_is_doubtful():
    shape = account_shape()
    (found,) = planned([shape], mirrored([changed(shape, status="closed")])).differences
    assert (found.what, found.is_doubtful) == (What.DIFFERS, True)


def test_what_is_not_listed_is_doubtful():
    (found,) = planned([], mirrored(many(1))).differences
    assert (found.what, found.is_doubtful) == (What.MISSING_THERE, True)


def test_what_may_vanish_is_not_missed():
    shape = account_shape(status="closed")
    assert planned([], {shape.id: holding(shape, may_vanish=True)}).differences == ()


def test_what_was_first_seen_since_the_list_is_not_missed():
    shape = account_shape()
    assert planned([], {shape.id: holding(shape, LATER)}).differences == ()


def test_an_entity_listed_twice_is_compared_once_by_its_newer_state():
    shape = account_shape()
    listed = [changed(shape, status="closed"), shape]
    (found,) = planned(listed, mirrored([shape])).differences
    assert found.shape.status == "closed"


def test_the_newer_state_counts_wherever_it_is_listed():
    shape = account_shape()
    (found,) = planned([shape, changed(shape, status="closed")], mirrored([shape])).differences
    assert found.shape.status == "closed"


def test_an_entity_listed_in_an_older_state_too_is_no_difference():
    shape = account_shape()
    newer = changed(shape, status="closed")
    plan = planned([shape, newer, shape], mirrored([newer]))
    assert (plan.differences, plan.counts["account"]["listed"]) == ((), 1)


@pytest.mark.parametrize("is_first", [True, False])
def test_of_what_was_recognised_and_listed_otherwise_too_the_newer_counts(is_first):
    held = account_shape(updatedAt=NEW)
    older = account_shape(**{**held.representation, "updatedAt": OLD, "status": "closed"})
    newer = account_shape(**{**held.representation, "updatedAt": NEWEST, "status": "closed"})
    recognised = Recognised([str(held.id)])
    for other, expected in ((older, []), (newer, [What.DIFFERS])):
        listed = [recognised, other] if is_first else [other, recognised]
        plan = planned(listed, mirrored([held]))
        assert (sorts(plan), plan.counts["account"]["listed"]) == (expected, 1)


def test_what_is_listed_twice_hides_nothing_that_is_missing():
    here, missing = many(2)
    plan = planned([Recognised([str(here.id)] * 2)], mirrored([here, missing]))
    assert [one.id for one in plan.differences] == [missing.id]


def test_a_list_is_gone_through_once():
    shape = account_shape()
    held = {shape.id: holding(shape, is_watched=True)}
    side = Side(EntityKind.ACCOUNT, iter([shape, account_shape()]), ASKED, held)
    plan = compare([side])
    assert (sorts(plan), len(plan.agreements)) == ([What.MISSING_HERE], 1)


def test_a_list_that_breaks_off_makes_no_plan():
    def broken():
        yield account_shape()
        raise Unavailable("The provider gave no complete answer.", sent=True)

    with pytest.raises(Unavailable):
        compare([Side(EntityKind.ACCOUNT, broken(), ASKED, mirrored(many(3)))])


def test_an_equal_answer_about_a_discrepancy_is_kept_as_news():
    shape = account_shape()
    plan = planned([shape], {shape.id: holding(shape, is_watched=True)})
    assert plan.differences == ()
    assert [one.shape for one in plan.agreements] == [shape]


def test_the_numbers_tell_both_sides_and_each_sort():
    shapes = many(4)
    listed = [*shapes[:2], changed(shapes[2]), account_shape(), account_shape()]
    assert planned(listed, mirrored(shapes)).counts == {
        "account": {
            "mirrored": 4,
            "listed": 5,
            "missing_here": 2,
            "differs": 1,
            "missing_there": 1,
        }
    }


def test_the_digest_does_not_depend_on_the_order_of_the_list():
    shapes = many(3)
    assert planned(shapes).digest == planned(reversed(shapes)).digest


def test_the_digest_does_not_depend_on_when_it_was_asked():
    shapes = many(2)
    later = Side(EntityKind.ACCOUNT, shapes, LATER, {})
    assert planned(shapes).digest == compare([later]).digest


def test_the_digest_depends_on_what_the_provider_told():
    shape = account_shape()
    assert planned([shape]).digest != planned([changed(shape)]).digest


def test_a_plan_without_differences_is_believed():
    assert judge(planned(), LIMITS) == []


def test_the_first_filling_of_an_empty_mirror_is_believed():
    assert judge(planned(many(500)), LIMITS) == []


def test_few_changes_are_believed_whatever_their_share():
    shapes = many(20)
    listed = [changed(shape) for shape in shapes[:19]]
    assert judge(planned([*listed, shapes[19]], mirrored(shapes)), LIMITS) == []


def test_many_changes_among_very_many_are_believed():
    shapes = many(200)
    listed = [*(changed(shape) for shape in shapes[:40]), *shapes[40:]]
    assert judge(planned(listed, mirrored(shapes)), LIMITS) == []


def test_too_many_changes_are_not_believed():
    shapes = many(100)
    listed = [*(changed(shape) for shape in shapes[:21]), *shapes[21:]]
    (sentence,) = judge(planned(listed, mirrored(shapes)), LIMITS)
    assert sentence == (
        "Accounts: 21 different, where the mirror holds 100."
        " More than 20% is not believed without two people."
    )


def test_a_list_that_shrank_is_not_believed():
    shapes = many(100)
    (sentence,) = judge(planned(shapes[:70], mirrored(shapes)), LIMITS)
    assert "30 no longer listed, where the mirror holds 100" in sentence


def test_an_empty_list_is_not_believed_while_we_hold_many():
    sentences = judge(planned([], mirrored(many(20))), LIMITS)
    assert sentences[0] == "The provider lists no accounts at all; the mirror holds 20."


def test_an_empty_list_is_believed_when_all_we_hold_may_vanish():
    held = {uuid.uuid4(): holding(shape, may_vanish=True) for shape in many(30)}
    assert judge(planned([], held), LIMITS) == []


def test_a_flood_of_new_entities_is_not_believed():
    shapes = many(50)
    (sentence,) = judge(planned(many(25) + shapes, mirrored(shapes)), LIMITS)
    assert "25 not in the mirror" in sentence


def test_new_entities_are_no_surprise_before_the_first_comparison_has_ended():
    shapes = many(50)
    first = Limits(share=0.2, rows=20, is_first=True)
    assert judge(planned(many(700) + shapes, mirrored(shapes)), first) == []


def test_changes_are_judged_before_the_first_comparison_has_ended_too():
    shapes = many(50)
    first = Limits(share=0.2, rows=20, is_first=True)
    assert judge(planned([changed(shape) for shape in shapes], mirrored(shapes)), first)
