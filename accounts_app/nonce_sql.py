"""The memory of nonces in the words of each database: a trigger on the events adds the rows.

It refuses a nonce that comes with another body. On PostgreSQL it is one trigger, on SQLite two.
"""

from collections.abc import Iterator

NAME = "accounts_app_remember_nonce"
ON, MEMORY = "accounts_app_webhookevent", "accounts_app_nonce"
NEEDS = frozenset({ON, MEMORY})
_SQLITE = {"insert": "INSERT", "update": "UPDATE OF nonce"}

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {MEMORY} (digest, body_digest, seen_at)
    VALUES (NEW.nonce, NEW.digest, NEW.last_received_at)
    ON CONFLICT (digest) DO UPDATE SET seen_at = excluded.seen_at
    WHERE {MEMORY}.body_digest = excluded.body_digest;
    IF NOT FOUND THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'the nonce came with another body';
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 -- our own names


def install(vendor: str) -> Iterator[str]:
    """Yield the statements that set the triggers, whether they were there or not."""
    yield from remove(vendor)
    if vendor == "postgresql":
        yield _FUNCTION
        yield (
            f"CREATE TRIGGER {NAME} AFTER INSERT OR UPDATE OF nonce ON {ON} "
            f"FOR EACH ROW WHEN (NEW.nonce <> '') EXECUTE FUNCTION {NAME}()"
        )
        return
    for name, event in zip(names(vendor), _SQLITE.values(), strict=True):
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {ON} WHEN NEW.nonce <> '' BEGIN "  # noqa: S608 -- our own names
            f"SELECT RAISE(ABORT, 'the nonce came with another body') FROM {MEMORY} "
            f"WHERE digest = NEW.nonce AND body_digest <> NEW.digest; "
            f"INSERT INTO {MEMORY} (digest, body_digest, seen_at) "
            f"VALUES (NEW.nonce, NEW.digest, NEW.last_received_at) "
            f"ON CONFLICT (digest) DO UPDATE SET seen_at = excluded.seen_at; END"
        )


def remove(vendor: str) -> Iterator[str]:
    """Yield the statements that take the triggers away, where they are."""
    for name in names(vendor):
        yield f"DROP TRIGGER IF EXISTS {name}" + (f" ON {ON}" if vendor == "postgresql" else "")


def names(vendor: str) -> list[str]:
    """List what the triggers are called."""
    return [NAME] if vendor == "postgresql" else [f"{NAME}_{when}" for when in _SQLITE]
