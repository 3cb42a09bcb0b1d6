"""`make` explains itself, and says what is missing."""

from tests.launcher.processes import run_make


def test_make_alone_prints_the_commands() -> None:
    lines = run_make().stdout.splitlines()
    assert [line.split()[1] for line in lines] == [
        "help",
        "run",
        "test",
        "check",
        "simulate",
        "mutate",
        "drill",
        "bench",
        "screenshots",
        "fuzz",
        "dependencies",
        "lock",
    ]


def test_a_missing_python_is_one_sentence() -> None:
    made = run_make("run", "PYTHON=python9")
    assert made.stderr.startswith("Python 3.11 or newer is needed and 'python9' was not found.")
