"""Makes PostgreSQL's two roles: one owns the tables and migrates, one is the application's."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts_app import role_sql

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class Command(BaseCommand):
    """Print the statements, or run them; running them again changes nothing."""

    help = "Print the SQL that makes the database's owner and application roles; --run runs it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the names and --run."""
        parser.add_argument("--owner", default="backoffice_owner", help="owns the tables")
        parser.add_argument("--application", default="backoffice_app", help="uses them")
        parser.add_argument("--run", action="store_true", help="run it, as who may make roles")

    def handle(self, *, owner: str, application: str, run: bool, **_options: Any) -> None:
        """Print or run; raises CommandError on SQLite, and for names that are none."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles; an SQLite file is its reader's.")
        if not (NAME.fullmatch(owner) and NAME.fullmatch(application)) or owner == application:
            raise CommandError("Name two different roles: small letters, digits and _.")
        statements = list(role_sql.statements(connection, owner, application))
        if not run:
            self.stdout.write("".join(f"{one};\n" for one in statements))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)
        self.stdout.write(f"{owner} owns the tables, {application} uses them.")
