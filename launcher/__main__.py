"""`python3 -m launcher`: refuses an old Python in one sentence before newer syntax is imported.

This file must parse under Python 3.6 and later.
"""

import os
import sys

OLDEST = (3, 11)


def complaint(version: "tuple[int, ...]", system: str) -> str:
    """Say what to do about this Python and system; empty when both will do."""
    if system != "posix":
        return "This needs Linux or macOS. On Windows, run it inside WSL."
    if version[:2] < OLDEST:
        return (
            f"Python 3.11 or newer is needed and this is Python {version[0]}.{version[1]}. "
            "Install a newer one, or name it: make run PYTHON=/path/to/python3.11"
        )
    return ""


def main() -> int:
    """Run the command named on the command line; return its exit code."""
    sentence = complaint(sys.version_info[:3], os.name)
    if sentence:
        print(sentence, file=sys.stderr)
        return 2
    from launcher.commands import run_command  # noqa: PLC0415 - does not parse under an old Python

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
