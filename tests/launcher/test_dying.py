"""A process that ends by itself takes the rest with it, and is named."""

import os
import sys

import pytest

from launcher.errors import CannotStart, ProcessDied
from launcher.supervisor import Supervisor
from tests.launcher.processes import SLEEPER, is_alive, launcher, read_pids

FAILS = "import sys; sys.exit(3)"


def say_nothing(name: str, line: str) -> None:
    """Swallow what processes print."""


def test_the_dead_process_is_named_and_the_rest_is_stopped() -> None:
    dies_later = "import sys, time; time.sleep(0.5); sys.exit(3)"
    with launcher(SLEEPER, dies_later) as process:
        pids = read_pids(process, 1)
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert complaint == "child1 ended unexpectedly (exit code 3); everything else was stopped.\n"
    assert not any(map(is_alive, pids))


def test_a_signal_is_named_as_such() -> None:
    assert "(signal 9)" in str(ProcessDied("web", -9))


def test_a_failed_step_ends_the_start() -> None:
    supervisor = Supervisor(say_nothing)
    with supervisor.on_duty(), pytest.raises(ProcessDied, match=r"migrate .*exit code 3"):
        supervisor.require("migrate", [sys.executable, "-c", FAILS], os.environ)


def test_a_service_that_dies_during_a_step_ends_the_step() -> None:
    supervisor = Supervisor(say_nothing, patience=0.5)
    with supervisor.on_duty():
        supervisor.start("web", [sys.executable, "-c", FAILS], os.environ)
        with pytest.raises(ProcessDied, match="web"):
            supervisor.require("seed", [sys.executable, "-c", SLEEPER], os.environ)


def test_a_service_that_never_answers_is_refused_in_time() -> None:
    supervisor = Supervisor(say_nothing)
    with supervisor.on_duty(), pytest.raises(CannotStart, match="does not answer"):
        supervisor.wait_for(lambda: False, 0.1, "web does not answer")
