"""Defects in what two people end, in pausing, and in full comparisons."""

from tests.mutation.mutant import Mutant

RESOLUTIONS = "accounts_app/services/resolutions.py"
ENDINGS = "accounts_app/services/endings.py"
PROOF = "accounts_app/services/proof.py"
PAUSING = "accounts_app/services/pausing.py"
PLAN = "accounts_app/reconciliation/plan.py"
DRIFTS = "accounts_app/reconciliation/drifts.py"
RUN = "accounts_app/reconciliation/run.py"
RESOLVE = ("tests/services/test_resolutions.py",)
COMPARE = ("tests/reconciliation/test_plan.py", "tests/reconciliation")

MUTANTS = (
    Mutant(
        name="one person ends what needs two",
        file=RESOLUTIONS,
        old="    if is_own(resolution, decider):",
        new="    if False:",
        harm="One person alone declares a lost request done.",
        tests=RESOLVE,
    ),
    Mutant(
        name="another login ends what needs two people",
        file=RESOLUTIONS,
        old="    return resolution.proposer_id == person.pk or subject_of(person) in proposers",
        new="    return resolution.proposer_id == person.pk",
        harm="One person with two logins declares a lost request done.",
        tests=RESOLVE,
    ),
    Mutant(
        name="a confirmation is not bound to what was shown",
        file=RESOLUTIONS,
        old="    if digest != resolution.digest:",
        new="    if False:",
        harm="A person confirms one proposal and another takes effect.",
        tests=RESOLVE,
    ),
    Mutant(
        name="a confirmation holds although its subject has changed",
        file=RESOLUTIONS,
        old="    if digest != digest_of(resolution, subject):",
        new="    if False:",
        harm="People end what is no longer as they saw it.",
        tests=RESOLVE,
    ),
    Mutant(
        name="two people may say not applied against what the provider shows",
        file=PROOF,
        old="    if verdict == Verdict.NOT_APPLIED:\n        _refuse_if_there(operation)",
        new="    if verdict == Verdict.NOT_APPLIED:\n        pass",
        harm="A change that took effect is called not applied, and asked for twice.",
        tests=RESOLVE,
    ),
    Mutant(
        name="two people may say done against what the provider shows",
        file=PROOF,
        old="    elif not (_is_shown_now(operation, finding) or was_shown(operation)):",
        new="    elif False:",
        harm="Staff read Done while the account still works.",
        tests=RESOLVE,
    ),
    Mutant(
        name="a vanished account proves whatever was asked",
        file=PROOF,
        old="    if is_away and KINDS[operation.kind].may_vanish:",
        new="    if is_away:",
        harm="Staff read Done of a deactivation nobody has ever seen.",
        tests=("tests/services/test_vanished_target.py",),
    ),
    Mutant(
        name="one lagging read makes an account vanish",
        file=PROOF,
        old="        _refuse_unless_lasting(operation)\n",
        new="",
        harm="Staff read Done of a close that never happened.",
        tests=("tests/services/test_vanished_target.py",),
    ),
    Mutant(
        name="sending goes on without a test read",
        file=PAUSING,
        old="    _refuse_while_wrong(paused)\n",
        new="",
        harm="With credentials still refused every waiting operation fails.",
        tests=("tests/services/test_pausing.py",),
    ),
    Mutant(
        name="anybody may let sending go on",
        file=PAUSING,
        old='    if person is not None and not person.has_perm(f"accounts_app.{right}"):',
        new="    if False:",
        harm="A viewer lifts the stop that an approver set.",
        tests=("tests/services/test_pausing.py",),
    ),
    Mutant(
        name="behind one acknowledged fault of the chain any other may hide",
        file="accounts_app/services/chain.py",
        old="if fault not in acknowledged), None)",
        new="if not acknowledged), None)",
        harm="Whoever alters the audit once more is not noticed.",
        tests=("tests/services/test_known_faults.py",),
    ),
    Mutant(
        name="a comparison of any size is believed",
        file=PLAN,
        old="    return [sentence for sentence in sentences if sentence]",
        new="    return []",
        harm="A broken list of the provider empties the screens.",
        tests=COMPARE,
    ),
    Mutant(
        name="an account the lists leave out is not reported",
        file=PLAN,
        old="        if id not in listed and not held.may_vanish and held.asked_at <= "
        "side.asked_at:",
        new="        if False:",
        harm="An account that vanished at the provider is shown as working.",
        tests=COMPARE,
    ),
    Mutant(
        name="what the lists leave out is believed without a read",
        file=RUN,
        old="        if difference.is_doubtful:",
        new="        if False:",
        harm="Every lagging list blocks accounts that are in order.",
        tests=COMPARE,
    ),
    Mutant(
        name="what differs is not taken over",
        file=DRIFTS,
        old="            keep(_taken_over(difference))",
        new="            keep(Outcome.UPDATED)",
        harm="After lost events the screens stay wrong, and the comparison says applied.",
        tests=COMPARE,
    ),
)
