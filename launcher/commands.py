"""The commands behind `make`, and what their endings mean to the shell."""

import sys
from collections.abc import Callable, Sequence

from launcher import dependencies, preflight, quality, stack
from launcher.errors import CannotStart, ProcessDied, StopAsked

# Packages of the tests that are programs of their own.
PROGRAMS = {
    "simulate": "tests.simulation",
    "mutate": "tests.mutation",
    "drill": "tests.drill",
    "bench": "tests.bench",
    "screenshots": "tests.screenshots",
}


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that `make` names and return its exit code."""
    return guard(lambda: _dispatch(arguments))


def guard(job: Callable[[], int]) -> int:
    """Turn how a job ends into an exit code: 1 broken, 2 "put this right first", 130 cut short."""
    try:
        return job()
    except StopAsked:
        return 0
    except KeyboardInterrupt:
        return 130
    except ProcessDied as death:
        return _complain(str(death), 1)
    except CannotStart as refusal:
        return _complain(str(refusal), 2)
    except OSError as error:
        if sentence := preflight.sentence_for(error):
            return _complain(sentence, 2)
        raise


def _dispatch(arguments: Sequence[str]) -> int:
    match arguments:
        case ["run"]:
            stack.run()
        case ["test", *rest]:
            return quality.test(rest)
        case ["check", *rest]:
            return quality.check(rest)
        case [name, *rest] if name in PROGRAMS:
            return quality.prove(PROGRAMS[name], rest)
        case ["fuzz", cases]:
            return quality.fuzz(cases)
        case ["dependencies"]:
            return quality.installed(dependencies.check)
        case _:
            raise CannotStart(
                "Say one of: run, test, check, simulate, mutate, drill, bench, screenshots, "
                "fuzz, dependencies. "
                "`make` alone explains them."
            )


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
