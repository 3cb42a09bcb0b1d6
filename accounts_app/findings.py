"""How a system check tells what is wrong: its id, one sentence, and what to type.

The ids are stable, as a runbook may name them, and each is of one check alone.
"""

from django.core.checks import Error, Warning


def error(number: int, sentence: str, hint: str) -> Error:
    """Return what keeps a server from starting."""
    return Error(sentence, hint=hint, id=f"accounts_app.E{number:03d}")


def warning(number: int, sentence: str, hint: str) -> Warning:
    """Return what the deployment check warns of."""
    return Warning(sentence, hint=hint, id=f"accounts_app.W{number:03d}")
