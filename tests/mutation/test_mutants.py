"""The deliberate defects still fit the code: each changes one place, and what is left is Python."""

import pytest

from tests.mutation import report
from tests.mutation.copy import ROOT
from tests.mutation.hunt import FAILED_TEST, Result
from tests.mutation.mutant import Mutant, Rotten
from tests.mutation.mutants import MUTANTS

each = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


@each
def test_a_defect_changes_one_place_and_leaves_python(mutant):
    source = mutant.source(ROOT)
    assert source != (ROOT / mutant.file).read_text()
    compile(source, mutant.file, "exec")


@each
def test_a_defect_names_tests_that_exist(mutant):
    assert mutant.tests
    assert all((ROOT / test.split("::")[0]).exists() for test in mutant.tests)


def test_there_are_more_than_thirty_defects_of_different_names():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) > 30


@pytest.fixture
def mutant() -> Mutant:
    """A defect in this very file's neighbour."""
    return Mutant("a defect", "tests/mutation/mutant.py", "found != 1", "False", "harm", ("tests",))


def test_a_defect_whose_text_is_gone_is_refused(mutant, tmp_path):
    (tmp_path / "tests" / "mutation").mkdir(parents=True)
    (tmp_path / mutant.file).write_text("nothing of it")
    with pytest.raises(Rotten, match="0 places"):
        mutant.source(tmp_path)


@pytest.mark.parametrize(
    ("test", "seed", "words"),
    [
        ("tests/x.py::test_y", "", "caught    a defect: tests/x.py::test_y"),
        (None, "7", "caught    a defect: seed 7"),
        (None, None, "SURVIVED  a defect"),
    ],
)
def test_the_report_says_what_caught_it(mutant, test, seed, words):
    assert report.line(Result(mutant, test, seed)) == words


def test_a_run_without_an_answer_catches_nothing(mutant):
    result = Result(mutant, None, None, "It ended with -9.")
    assert not result.is_caught
    assert report.line(result) == "NO ANSWER a defect: It ended with -9."


def test_the_first_failing_test_is_read_from_pytests_summary():
    said = "..F\nFAILED tests/x.py::test_y[a-b] - assert 1 == 2\n1 failed, 2 passed\n"
    assert FAILED_TEST.search(said)[1] == "tests/x.py::test_y[a-b]"
