"""Defects in passing over what a list told before."""

from tests.mutation.mutant import Mutant

RECOGNITION = "accounts_app/reconciliation/recognition.py"
WINDOW = "accounts_app/reconciliation/window.py"
PLAN = "accounts_app/reconciliation/plan.py"
TESTS = ("tests/reconciliation",)

MUTANTS = (
    Mutant(
        name="a row that changed is recognised by its old text",
        file="accounts_app/mirror.py",
        old='        columns["listed_digest"] = ""',
        new="        pass",
        harm="A list that is older than the mirror passes for equal.",
        tests=TESTS,
    ),
    Mutant(
        name="an entry that differs is noted as equal",
        file=WINDOW,
        old="if text and held and digest_of(shape) == held.digest:",
        new="if text and held:",
        harm="A difference that nobody took over is never told again.",
        tests=TESTS,
    ),
    Mutant(
        name="what people wait for is recognised",
        file=RECOGNITION,
        old="return [place for place, id in enumerate(ids) if id in self._unless]",
        new="return []",
        harm="A contradiction that is over waits for two people for ever.",
        tests=TESTS,
    ),
    Mutant(
        name="the way of reading is not part of the digest",
        file="accounts_app/representations.py",
        old="hashlib.sha256(READING + text)",
        new="hashlib.sha256(text)",
        harm="A release that masks more passes over what it ought to read again.",
        tests=TESTS,
    ),
    Mutant(
        name="what is recognised twice counts twice",
        file="accounts_app/reconciliation/listed.py",
        old="        return seen == number",
        new="        return True",
        harm="A missing account hides behind one that is listed twice.",
        tests=TESTS,
    ),
    Mutant(
        name="a seam in a text is believed",
        file="accounts_app/offblocks/arrays.py",
        old="        if start not in runs:\n            return start",
        new="        start = next((at for at in runs if at >= start), start)\n"
        "        if start not in runs:\n            return start",
        harm="What a text quotes passes for an entry, and entries before it for none.",
        tests=("tests/offblocks/test_seams.py",),
    ),
    Mutant(
        name="nothing is looked for among what is missing",
        file=PLAN,
        old="[] if number - new == len(side.mirrored) else",
        new="[] if number else",
        harm="An account that the provider lost stays on the screen.",
        tests=TESTS,
    ),
)
