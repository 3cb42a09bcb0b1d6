"""The application's own role on PostgreSQL: it does its work, and cannot touch what is kept."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts_app.models import AuditAnchor, AuditEntry, Pause, Snapshot
from accounts_app.services import operations
from tests.admin import rows
from tests.admin.pages import signed_in
from tests.factories import ask

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
KEPT = [one._meta.db_table for one in (AuditEntry, AuditAnchor, Snapshot)] + ["django_admin_log"]


@pytest.fixture
def _as_application(db, request):
    """Be the application's role, with exactly its rights."""
    # The people of the test are made before.
    for name in ("operator", "approver"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    with connection.cursor() as cursor:
        # A table with checks that wait for the end of the transaction cannot be handed over.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    names = {"owner": "backoffice_test_owner", "application": "backoffice_test_app"}
    call_command("database_roles", **names, run=True)
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION AUTHORIZATION backoffice_test_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET SESSION AUTHORIZATION")


def refused(sql: str) -> bool:
    """Whether PostgreSQL refuses the statement for want of a right."""
    words = "permission denied|must be owner"
    with pytest.raises(DatabaseError, match=words), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute(sql)
    return True


@on_postgresql
@pytest.mark.usefixtures("_as_application")
@pytest.mark.parametrize("table", KEPT)
def test_the_application_cannot_touch_what_is_kept(table):
    column = {"django_admin_log": "object_id"}.get(table, "hash" if "audit" in table else "digest")
    assert refused(f"UPDATE {table} SET {column} = 'x'")  # noqa: S608
    assert refused(f"DELETE FROM {table}")  # noqa: S608
    assert refused(f"TRUNCATE {table}")
    assert refused(f"DROP TRIGGER {table}_keeps_update ON {table}")
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    assert refused(f"DROP TABLE {table}")


@on_postgresql
@pytest.mark.usefixtures("_as_application")
def test_the_application_can_neither_delete_people_nor_replace_what_refuses():
    assert refused("DELETE FROM auth_user")
    assert refused("ALTER FUNCTION backoffice_refuses() RENAME TO backoffice_allows")
    assert refused("SET session_replication_role = replica")
    assert refused("CREATE TABLE public.another (id int)")


@on_postgresql
@pytest.mark.usefixtures("_as_application")
def test_the_owners_switch_means_nothing_for_the_application(operator):
    ask("close", rows.account(), operator)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.audit_purge = 'on'")
    assert refused("DELETE FROM accounts_app_auditentry")
    assert refused("DELETE FROM accounts_app_operation")


@on_postgresql
@pytest.mark.usefixtures("_as_application")
def test_the_application_does_its_work(operator, approver):
    asked = ask("close", rows.account(), operator)
    operations.approve(asked.pk, checker=approver, digest=asked.digest)
    page = signed_in(operator)
    page.post(reverse("admin:accounts_app_pause_pause"), {"reason": "Something looks wrong"})
    assert Pause.objects.get().person == operator
    assert AuditEntry.objects.count() == 3


@on_postgresql
@pytest.mark.usefixtures("_as_application")
def test_the_rights_are_verified(capsys):
    call_command("audit_verify", privileges=True)
    assert capsys.readouterr().out == "The database refuses to change the audit.\n"


@on_postgresql
@pytest.mark.django_db
def test_being_the_owner_is_a_fault():
    with pytest.raises(CommandError, match="We are connected as the owner of accounts_app_audit"):
        call_command("audit_verify", privileges=True)


@on_postgresql
@pytest.mark.usefixtures("_as_application")
def test_a_right_too_many_is_a_fault():
    with connection.cursor() as cursor:
        cursor.execute("RESET SESSION AUTHORIZATION")
        cursor.execute("GRANT UPDATE ON accounts_app_auditentry TO backoffice_test_app")
        cursor.execute("SET SESSION AUTHORIZATION backoffice_test_app")
    with pytest.raises(CommandError, match=r"^We may UPDATE accounts_app_auditentry\.$"):
        call_command("audit_verify", privileges=True)


@on_postgresql
@pytest.mark.django_db
def test_without_run_the_statements_are_only_printed(capsys):
    call_command("database_roles")
    told = capsys.readouterr().out
    assert 'GRANT SELECT, INSERT ON "accounts_app_auditentry" TO "backoffice_app";\n' in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'backoffice_app'")
        assert cursor.fetchone() is None


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Backoffice", 'x"; DROP TABLE y', "backoffice_owner", ""])
def test_two_plain_names_are_needed(name):
    with pytest.raises(CommandError, match="Name two different roles"):
        call_command("database_roles", application=name)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has roles")
@pytest.mark.django_db
def test_sqlite_has_no_roles():
    with pytest.raises(CommandError, match="Only PostgreSQL has roles"):
        call_command("database_roles")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")
@pytest.mark.django_db
def test_on_sqlite_the_pragma_without_which_rows_are_replaced_is_verified(capsys):
    call_command("audit_verify", privileges=True)
    assert capsys.readouterr().out == "The database refuses to change the audit.\n"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        with pytest.raises(CommandError, match="recursive_triggers are off"):
            call_command("audit_verify", privileges=True)
        cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.fixture
def url_file(tmp_path):
    """A file with the application's own address of the database."""
    path = tmp_path / "database_url"
    path.write_text("postgres://backoffice_test_app:it%27s%20secret@db:5432/backoffice\n")
    return path


@on_postgresql
@pytest.mark.django_db
def test_the_role_gets_name_and_password_of_its_url(url_file):
    call_command(
        "database_roles",
        owner="backoffice_test_owner",
        application_url_file=str(url_file),
        run=True,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'backoffice_test_app'")
        (verifier,) = cursor.fetchone()
    assert verifier.startswith("SCRAM-SHA-256$")


@on_postgresql
@pytest.mark.django_db
def test_the_password_is_never_printed(url_file, capsys):
    call_command("database_roles", application_url_file=str(url_file))
    printed = capsys.readouterr().out
    assert "backoffice_test_app" in printed
    assert "secret" not in printed


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "postgres://backoffice_app@db/backoffice"])
def test_a_url_without_a_password_is_refused(tmp_path, content):
    (tmp_path / "url").write_text(content)
    with pytest.raises(CommandError, match="names no role with a password"):
        call_command("database_roles", application_url_file=str(tmp_path / "url"), run=True)
