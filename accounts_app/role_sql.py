"""The rights of the application's own role on PostgreSQL, as each table is guarded."""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts_app import trigger_sql, triggers

ADDED, MOVES_ON, FREE = "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
# What migrations write, and nobody else.
READ_ONLY = ("django_migrations", "django_content_type", "auth_permission")


def statements(connection: BaseDatabaseWrapper, owner: str, application: str) -> Iterator[str]:
    """Yield what makes both roles, hands the tables to the one and the rights to the other."""
    quote = connection.ops.quote_name
    owner, role = quote(owner), quote(application)
    tables = sorted(connection.introspection.table_names())
    for name in (owner, role):
        yield _made(name)
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for table in tables:
        yield f"ALTER TABLE {quote(table)} OWNER TO {owner}"
    of_events = (module.NAME for module in triggers.OF_EVENTS)
    for function in (trigger_sql.REFUSES, trigger_sql.FOLLOWS, *of_events):
        yield f"ALTER FUNCTION {function}() OWNER TO {owner}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC"
    for table in tables:
        yield f"GRANT {_rights(table)} ON {quote(table)} TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"


def password(connection: BaseDatabaseWrapper, role: str, text: str) -> str:
    """Return what gives a role its password: the server, and its log, see a verifier of it."""
    server = connection.connection.pgconn
    verifier = server.encrypt_password(text.encode(), role.encode(), b"scram-sha-256").decode()
    return f"ALTER ROLE {connection.ops.quote_name(role)} PASSWORD '{verifier}'"


def _made(role: str) -> str:
    """Make a role that can sign in, unless it is there; psql's \\password sets its password."""
    plain = role.strip('"').replace("'", "''")
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{plain}') "
        f"THEN CREATE ROLE {role} LOGIN; END IF; END $$"
    )


def _rights(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    guards = {guard.table: guard for guard in triggers.guards()}
    guard = guards.get(table)
    if guard is None:
        return FREE
    return ADDED if guard.frozen is None else MOVES_ON
