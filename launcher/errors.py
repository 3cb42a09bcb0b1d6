"""The launcher's ways to end early.

CannotStart    the person can put it right; the message is one plain sentence that says how
ProcessDied    something that was started ended by itself
StopAsked      a signal asked for the end: not a failure
"""


class CannotStart(Exception):
    """Carries one plain sentence that says what to do."""


class ProcessDied(Exception):
    """A process that should still be running, or should have ended well, did not."""

    def __init__(self, name: str, code: int) -> None:
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        super().__init__(f"{name} ended unexpectedly ({how}); everything else was stopped.")


class StopAsked(Exception):
    """Ctrl-C, SIGTERM or SIGHUP: the person wants everything to end."""
