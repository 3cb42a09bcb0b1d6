"""Makes PostgreSQL's two roles: one owns the tables and migrates, one is the application's."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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
        parser.add_argument(
            "--application-url-file",
            metavar="FILE",
            help="a file with the application's DATABASE_URL: its role gets that name and password",
        )
        parser.add_argument("--run", action="store_true", help="run it, as who may make roles")

    def handle(
        self,
        *,
        owner: str,
        application: str,
        run: bool,
        application_url_file: str | None,
        **_options: Any,
    ) -> None:
        """Print or run; raises CommandError on SQLite, and for names that are none."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles; an SQLite file is its reader's.")
        password = ""
        if application_url_file:
            application, password = _named_in(application_url_file)
        if not (NAME.fullmatch(owner) and NAME.fullmatch(application)) or owner == application:
            raise CommandError("Name two different roles: small letters, digits and _.")
        statements = list(role_sql.statements(connection, owner, application))
        if not run:
            self.stdout.write("".join(f"{one};\n" for one in statements))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)
            if password:
                cursor.execute(role_sql.password(connection, application, password))
        self.stdout.write(f"{owner} owns the tables, {application} uses them.")


def _named_in(path: str) -> tuple[str, str]:
    """Return user and password of a DATABASE_URL; raises CommandError for what has neither."""
    try:
        url = urlsplit(Path(path).read_text().strip())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read, or holds no URL.") from error
    if not (url.username and url.password):
        raise CommandError(f"The URL in {path} names no role with a password.")
    return unquote(url.username), unquote(url.password)
