"""Runs Django's management commands in one process, because each start of Django costs a second.

`python -m launcher.management "migrate --noinput" "seed_demo"`, under the virtual environment.
"""

import os
import shlex
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line


def main(lines: Sequence[str]) -> None:
    """Run one command line after the other; the first that fails ends the process with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    for line in lines:
        execute_from_command_line(["manage.py", *shlex.split(line)])


if __name__ == "__main__":
    main(sys.argv[1:])
