"""Defects in the mirror, its discrepancies and the audit chain."""

from tests.mutation.mutant import Mutant

MIRROR = "accounts_app/mirror.py"
DISCREPANCIES = "accounts_app/discrepancies.py"
AUDIT = "accounts_app/audit.py"
SEALING = "accounts_app/sealing.py"
OBSERVE = ("tests/mirror", "tests/services/test_convergence.py")
ORDER = "    if (shape.revision, asked_at) < (row.revision, row.asked_at):"
CHAIN = ("tests/test_audit.py", "tests/commands/test_audit_verify.py")

MUTANTS = (
    Mutant(
        name="an older answer wins",
        file=MIRROR,
        old=ORDER,
        new="    if False:",
        harm="A blocked account is shown as working.",
        tests=OBSERVE,
    ),
    Mutant(
        name="answers are ordered as text",
        file=MIRROR,
        old=ORDER,
        new="    if (shape.updated_at_text, asked_at) < (row.updated_at_text, row.asked_at):",
        harm="Of six and nine digits the wrong one wins: a blocked account is shown as working.",
        tests=OBSERVE,
    ),
    Mutant(
        name="of two equally new answers the earlier asked wins",
        file=MIRROR,
        old=ORDER,
        new="    if shape.revision < row.revision:",
        harm="Two changes in one instant leave the first on the screen.",
        tests=OBSERVE,
    ),
    Mutant(
        name="an equally new answer is passed over",
        file=MIRROR,
        old=ORDER,
        new="    if shape.revision <= row.revision:",
        harm="Two changes in one instant leave the first on the screen.",
        tests=OBSERVE,
    ),
    Mutant(
        name="the order of asking decides",
        file=MIRROR,
        old=ORDER,
        new="    if asked_at < row.asked_at:",
        harm="A slow, old answer hides a newer state.",
        tests=OBSERVE,
    ),
    Mutant(
        name="a final state changes on the provider's word",
        file=MIRROR,
        old="    if row.is_final:",
        new="    if False:",
        harm="A closed account comes back to life without anybody looking.",
        tests=OBSERVE,
    ),
    Mutant(
        name="an account changes its owner on the provider's word",
        file=MIRROR,
        old="    facts = {parent: (str(getattr(row, parent)), str(columns[parent]))} "
        "if parent else {}",
        new="    facts: dict[str, tuple[str, str]] = {}",
        harm="One customer's account is shown to be another's.",
        tests=OBSERVE,
    ),
    Mutant(
        name="a change leaves no snapshot",
        file=MIRROR,
        old="    changed = _record(row, shape, source, asked_at, operation, previous=previous)",
        new="    changed = {}",
        harm="Nobody can say what an account was last month.",
        tests=OBSERVE,
    ),
    Mutant(
        name="answers at once overwrite each other",
        file=MIRROR,
        old="        row = model.door.select_for_update(no_key=True).filter(pk=shape.id).first()",
        new="        row = model.door.filter(pk=shape.id).first()",
        harm="An older answer that is written a moment later stays on the screen.",
        tests=("tests/mirror/test_at_once.py",),
        needs_postgresql=True,
    ),
    Mutant(
        name="a discrepancy ends by itself when the provider agrees again",
        file=DISCREPANCIES,
        old="        _write(found, agreed_at=clock.now())",
        new="        _write(found, agreed_at=clock.now(), resolved_at=clock.now())",
        harm="A contradiction about a closed account is never looked at.",
        tests=("tests/mirror", "tests/services"),
    ),
    Mutant(
        name="an entry's seal leaves out the entry before it",
        file=SEALING,
        old='        "previous": entry.previous_hash,\n',
        new="",
        harm="A rewritten history verifies.",
        tests=CHAIN,
    ),
    Mutant(
        name="an entry's seal leaves out who acted",
        file=SEALING,
        old='        "actor": entry.actor_id,\n',
        new="",
        harm="An act is put on somebody else and the chain verifies.",
        tests=CHAIN,
    ),
    Mutant(
        name="the links of the chain are not compared",
        file=AUDIT,
        old="        if entry.previous_hash != previous:",
        new="        if False:",
        harm="A rewritten history verifies.",
        tests=CHAIN,
    ),
    Mutant(
        name="a missing entry is passed over",
        file=AUDIT,
        old="        if entry.sequence != expected:",
        new="        if False:",
        harm="The first entries of the chain are cut off and it verifies.",
        tests=CHAIN,
    ),
    Mutant(
        name="the seals are not compared",
        file=AUDIT,
        old="        if entry.hash != seal(entry) or entry.format < format_before:",
        new="        if entry.format < format_before:",
        harm="A reason is rewritten and the chain verifies.",
        tests=CHAIN,
    ),
    Mutant(
        name="an act is recorded outside its transaction",
        file=AUDIT,
        old="    if not connection.in_atomic_block:",
        new="    if False:",
        harm="An entry without its act, or an act without its entry.",
        tests=CHAIN,
    ),
    Mutant(
        name="two writers of the chain do not wait for each other",
        file=AUDIT,
        old='            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])',
        new="            pass",
        harm="Of two acts at once one fails with an error page.",
        tests=("tests/mirror/test_at_once.py",),
        needs_postgresql=True,
    ),
)
