#!/usr/bin/env python
"""Django's command line for the back-office."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    try:
        import backoffice.settings  # noqa: F401 -- so that what is wrong in it is told plainly
    except (ImproperlyConfigured, OSError, ValueError) as error:
        sys.exit(f"The settings cannot be read: {error}. Compare yours with .env.example.")
    execute_from_command_line(sys.argv)
