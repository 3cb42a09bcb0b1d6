"""Two bodies under one event id, in the words of each database: a trigger flags all their events.

It acts with the insert itself, so that no delivery is stored unflagged and none costs a statement
more for it.
"""

from collections.abc import Iterator

NAME = "accounts_app_flag_conflict"
ON = "accounts_app_webhookevent"
NEEDS = frozenset({ON})

_SAME = "event_id = NEW.event_id"
_OTHERS = f"SELECT 1 FROM {ON} WHERE {_SAME} AND digest <> NEW.digest"  # noqa: S608 -- our own names
_FLAG = f"UPDATE {ON} SET is_conflicting = TRUE WHERE {_SAME} AND NOT is_conflicting"  # noqa: S608 -- the same
# Of two bodies that come at once the second waits for the first one's commit, and then sees it: in
# such a function each statement sees what is committed when it begins. Any fixed number names the
# locks among PostgreSQL's advisory locks; they are few, because one transaction may store many.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7301993, hashtext(NEW.event_id) & 1023);
    IF EXISTS ({_OTHERS}) THEN
        {_FLAG};
    END IF;
    RETURN NULL;
END $$
"""


def install(vendor: str) -> Iterator[str]:
    """Yield the statements that set the trigger, whether it was there or not."""
    yield from remove(vendor)
    if vendor == "postgresql":
        yield _FUNCTION
        yield f"CREATE TRIGGER {NAME} AFTER INSERT ON {ON} FOR EACH ROW EXECUTE FUNCTION {NAME}()"
        return
    yield f"CREATE TRIGGER {NAME} AFTER INSERT ON {ON} WHEN EXISTS ({_OTHERS}) BEGIN {_FLAG}; END"


def remove(vendor: str) -> Iterator[str]:
    """Yield the statements that take the trigger away, where it is."""
    yield f"DROP TRIGGER IF EXISTS {NAME}" + (f" ON {ON}" if vendor == "postgresql" else "")


def names(_vendor: str) -> list[str]:
    """List what the trigger is called."""
    return [NAME]
