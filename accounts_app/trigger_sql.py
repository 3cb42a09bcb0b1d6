"""The triggers in the words of each database: PostgreSQL and SQLite refuse the same.

On PostgreSQL the owner of the tables, and nobody else, passes in a transaction that has said
`SET LOCAL app.audit_purge = 'on'`: that is for tests, and for removing what need not be kept any
longer. The application never says it, and with a role of its own it is no owner.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

REFUSES = "backoffice_refuses"
FOLLOWS = "backoffice_follows"
ROW_STAYS = "rows are never removed"
ROW_AS_IT_IS = "rows, or what is frozen of them, are never changed"
IN_ORDER = "an entry follows the last one"

DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
# What lists the triggers that are there and switched on.
SET_UP = {
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    ),
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {REFUSES}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.audit_purge', true) = 'on' AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%: %.', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = '23000';
END $$;
CREATE OR REPLACE FUNCTION {FOLLOWS}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    follows boolean;
BEGIN
    EXECUTE format(
        'SELECT coalesce((SELECT ($1).sequence = sequence + 1 AND ($1).previous_hash = hash '
        'FROM %I.%I ORDER BY sequence DESC LIMIT 1), ($1).sequence = 1)',
        TG_TABLE_SCHEMA, TG_TABLE_NAME
    ) INTO follows USING NEW;
    IF follows THEN RETURN NEW; END IF;
    RAISE EXCEPTION '%: %.', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = '23000';
END $$;
"""  # noqa: S608 -- our own names


@dataclass(frozen=True)
class Frozen:
    """What of a row does not change: ever, once it is filled, until or after a moment is filled.

    `only` says for a moment of `until`, in each database's words, what may be made of it then.
    """

    always: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    until: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def within(self, columns: set[str]) -> "Frozen":
        """Return what of it a table with these columns has."""

        def there(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if name in columns)

        def each(cases: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
            kept = {at: there(names) for at, names in cases.items() if at in columns}
            return {at: names for at, names in kept.items() if names}

        until = each(self.until)
        only = {at: words for at, words in self.only.items() if at in until}
        return Frozen(there(self.always), there(self.once), until, only, each(self.after))


@dataclass(frozen=True)
class Guard:
    """A table whose rows stay. `frozen` is None where nothing of a row ever changes."""

    table: str
    frozen: Frozen | None
    is_chain: bool = False


def install(vendor: str, guards: Iterable[Guard]) -> Iterator[str]:
    """Yield the statements that set the triggers, whether they were there or not."""
    if vendor == "postgresql":
        yield _FUNCTIONS
    for guard in guards:
        yield from remove(vendor, [guard])
        yield from _postgresql(guard) if vendor == "postgresql" else _sqlite(guard)


def remove(vendor: str, guards: Iterable[Guard]) -> Iterator[str]:
    """Yield the statements that take the triggers away, where they are."""
    for guard in guards:
        for name in _names(vendor, guard):
            on = f" ON {guard.table}" if vendor == "postgresql" else ""
            yield f"DROP TRIGGER IF EXISTS {name}{on}"


def names(vendor: str, guards: Iterable[Guard]) -> list[str]:
    """List what the triggers are called."""
    return [name for guard in guards for name in _names(vendor, guard)]


def _names(vendor: str, guard: Guard) -> list[str]:
    sorts = ["delete"]
    if guard.frozen is None or guard.frozen != Frozen():
        sorts.append("update")
    if vendor == "postgresql":
        sorts.append("truncate")
    if guard.is_chain:
        sorts.append("insert")
    return [f"{guard.table}_keeps_{sort}" for sort in sorts]


def _postgresql(guard: Guard) -> Iterator[str]:
    for name in _names("postgresql", guard):
        sort = name.rpartition("_")[2]
        each = "STATEMENT" if sort == "truncate" else "ROW"
        when = _when(guard, "postgresql") if sort == "update" else ""
        words = {"update": ROW_AS_IT_IS, "insert": IN_ORDER}.get(sort, ROW_STAYS)
        function = FOLLOWS if sort == "insert" else REFUSES
        yield (
            f"CREATE TRIGGER {name} BEFORE {sort.upper()} ON {guard.table} FOR EACH {each} {when}"
            f"EXECUTE FUNCTION {function}('{words}')"
        )


def _sqlite(guard: Guard) -> Iterator[str]:
    for name in _names("sqlite", guard):
        sort = name.rpartition("_")[2]
        when = {"update": _when(guard, "sqlite"), "insert": _out_of_order(guard)}.get(sort, "")
        words = {"update": ROW_AS_IT_IS, "insert": IN_ORDER}.get(sort, ROW_STAYS)
        yield (
            f"CREATE TRIGGER {name} BEFORE {sort.upper()} ON {guard.table} FOR EACH ROW {when}"
            f"BEGIN SELECT RAISE(ABORT, '{guard.table}: {words}.'); END"
        )


def _when(guard: Guard, vendor: str) -> str:
    """Return the condition under which a change is refused; none: every change is."""
    if guard.frozen is None:
        return ""

    def changed(columns: Iterable[str]) -> str:
        return " OR ".join(f"NEW.{column} {DIFFERS[vendor]} OLD.{column}" for column in columns)

    def is_early(at: str, allowed: str | None) -> str:
        early = f"NEW.{at} IS NULL"
        return f"({early} OR NOT coalesce(({allowed}), FALSE))" if allowed else early

    frozen = guard.frozen
    cases = [
        changed(frozen.always),
        # Nothing is NULL or the empty text; both are shorter than one character.
        *(f"length(CAST(OLD.{one} AS text)) > 0 AND {changed([one])}" for one in frozen.once),
        *(
            f"{is_early(at, frozen.only.get(at, {}).get(vendor))} AND ({changed(names)})"
            for at, names in frozen.until.items()
        ),
        *(f"OLD.{at} IS NOT NULL AND ({changed(names)})" for at, names in frozen.after.items()),
    ]
    return f"WHEN ({' OR '.join(f'({case})' for case in cases if case)}) "


def _out_of_order(guard: Guard) -> str:
    last = f"FROM {guard.table} ORDER BY sequence DESC LIMIT 1"
    return (
        f"WHEN coalesce((SELECT NEW.sequence IS NOT sequence + 1 OR NEW.previous_hash IS NOT hash "
        f"{last}), NEW.sequence IS NOT 1) "
    )
