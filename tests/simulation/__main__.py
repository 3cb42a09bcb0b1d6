"""`python -m tests.simulation`: runs seeds, prints those that break a rule, and what occurred."""

import os
import sys


def main() -> int:
    """Set up Django for this process alone, then run."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Otherwise the order of sets differs from one process to the next.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606 -- ourselves again
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    os.environ.setdefault("SECRET_KEY", "replaced-by-the-simulation")
    import django  # noqa: PLC0415

    django.setup()
    from tests.simulation import command  # noqa: PLC0415

    return command.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
