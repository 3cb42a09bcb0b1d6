"""Ctrl-C and its relatives end everything that was started."""

import signal
import sys

import pytest

from tests.launcher.processes import (
    PARENT,
    SLEEPER,
    STUBBORN,
    eventually,
    is_alive,
    launcher,
    read_pids,
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_every_process_and_is_no_failure(number: signal.Signals) -> None:
    with launcher(SLEEPER, SLEEPER) as process:
        pids = read_pids(process, 2)
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert not any(map(is_alive, pids))


def test_a_process_that_will_not_listen_is_killed() -> None:
    with launcher(STUBBORN) as process:
        pids = read_pids(process, 1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert not any(map(is_alive, pids))


def test_children_of_children_end_too() -> None:
    with launcher(PARENT) as process:
        pids = read_pids(process, 2)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    assert eventually(lambda: not any(map(is_alive, pids)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
def test_a_killed_launcher_leaves_no_orphan() -> None:
    with launcher(SLEEPER, SLEEPER) as process:
        pids = read_pids(process, 2)
        process.kill()
    assert eventually(lambda: not any(map(is_alive, pids)))


def test_a_second_ctrl_c_does_not_cut_the_ending_short() -> None:
    with launcher(STUBBORN) as process:
        pids = read_pids(process, 1)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert not any(map(is_alive, pids))
