"""Defects in what an answer means, and in finding out what became of an operation."""

from tests.mutation.mutant import Mutant

ANSWERS = "accounts_app/services/answers.py"
SETTLING = "accounts_app/services/settling.py"
READBACK = "accounts_app/services/readback.py"
SENDING = "accounts_app/services/sending.py"
WORK = "accounts_app/work.py"
SEND = ("tests/services/test_send.py", "tests/faults/test_sending.py")
LOOK = ("tests/services/test_readback.py", "tests/services/test_settle.py")
SETTLE = (*LOOK, "tests/faults/test_outcomes.py", *SEND)
REFUSED = "isinstance(error, Refused | NotAuthorised) and not operation.ambiguous"
DUE = "Operation.objects.filter(state__in=Operation.IN_HAND, next_at__lte=clock.now())"

MUTANTS = (
    Mutant(
        name="doubt is not remembered",
        file=ANSWERS,
        old='    columns |= {"ambiguous": True, "outcome": words}',
        new='    columns |= {"outcome": words}',
        harm="A request that may have arrived is later called refused.",
        tests=SEND,
    ),
    Mutant(
        name="a new lease forgets the doubt",
        file=SENDING,
        old="        lease_number=operation.lease_number + 1,\n",
        new="        lease_number=operation.lease_number + 1,\n        ambiguous=False,\n",
        harm="A request that may have arrived is later called refused.",
        tests=SEND,
    ),
    Mutant(
        name="a refusal after doubt is a failure",
        file=ANSWERS,
        old=REFUSED,
        new="isinstance(error, Refused | NotAuthorised)",
        harm="A change that took effect is called refused.",
        tests=SEND,
    ),
    Mutant(
        name="a key the provider knows with other bytes is a refusal",
        file=ANSWERS,
        old="    elif isinstance(error, KeyReused):",
        new="    elif False:",
        harm="An earlier body that took effect is called refused.",
        tests=SEND,
    ),
    Mutant(
        name="a key in flight is a refusal",
        file=ANSWERS,
        old=REFUSED,
        new="isinstance(error, Refused | NotAuthorised | KeyInFlight) and not operation.ambiguous",
        harm="A change the provider is working on is called refused.",
        tests=SEND,
    ),
    Mutant(
        name="a key in flight is given up for a new one",
        file=ANSWERS,
        old='    columns |= {"ambiguous": True, "outcome": words}',
        new="""    columns |= {"ambiguous": True, "outcome": words}
    if isinstance(error, KeyInFlight):
        columns["key"] = __import__("uuid").uuid4()""",
        harm="The provider carries out both requests: a second account.",
        tests=("tests/faults/test_sending.py",),
    ),
    Mutant(
        name="a provider error is a refusal",
        file=ANSWERS,
        old=REFUSED,
        new="(isinstance(error, Refused | NotAuthorised) or (error.status or 0) >= 500)"
        " and not operation.ambiguous",
        harm="A change that took effect before the error is called refused.",
        tests=SEND,
    ),
    Mutant(
        name="refused credentials do not pause sending",
        file=ANSWERS,
        old="    pausing.heed(error)\n    if error.code",
        new="    if error.code",
        harm="Every waiting operation is refused one after the other.",
        tests=SEND,
    ),
    Mutant(
        name="a vanished sender leaves no doubt",
        file=SETTLING,
        old="State.UNCERTAIN, ambiguous=True, outcome=words)",
        new="State.UNCERTAIN, outcome=words)",
        harm="A request that may have arrived is later called refused.",
        tests=SETTLE,
    ),
    Mutant(
        name="a vanished sender is taken to have sent nothing",
        file=SETTLING,
        old="        elif has_begun or operation.ambiguous:",
        new="        elif operation.ambiguous:",
        harm="A request that may have arrived is checked like a new one and called not sent.",
        tests=SETTLE,
    ),
    Mutant(
        name="taking over does not raise the lease number",
        file=SETTLING,
        old='        "lease_number": operation.lease_number + 1,\n',
        new='        "lease_number": operation.lease_number,\n',
        harm="The worker that slept can still send and write its result.",
        tests=("tests/services/test_transitions.py",),
    ),
    Mutant(
        name="one look without effect suffices",
        file=SETTLING,
        old="    elif operation.negative_at is None:",
        new="""    elif operation.negative_at is None:
        words = f"Not applied at the provider. {finding.words} A new request is needed."
        answers.stop(operation, State.NOT_APPLIED, words, evidence=finding.evidence)
    elif operation.negative_at == now:""",
        harm="A change whose effect shows late is called not applied, and asked for twice.",
        tests=SETTLE,
    ),
    Mutant(
        name="two looks without effect need no time between them",
        file=SETTLING,
        old="    elif now - operation.negative_at < BETWEEN_NEGATIVES:",
        new="    elif False:",
        harm="A change whose effect shows late is called not applied, and asked for twice.",
        tests=SETTLE,
    ),
    Mutant(
        name="the last flight is not awaited",
        file=SETTLING,
        old="    if now < quiet_from:",
        new="    if False:",
        harm="A request that still arrives is called not applied, and asked for twice.",
        tests=SETTLE,
    ),
    Mutant(
        name="what was accepted can end as not applied",
        file=SETTLING,
        old="    elif finding.verdict is Verdict.UNSEEN or _was_accepted(operation):",
        new="    elif finding.verdict is Verdict.UNSEEN:",
        harm="A change that the provider accepted is asked for twice.",
        tests=("tests/services/test_races.py", *SETTLE),
    ),
    Mutant(
        name="an account the provider does not show counts as no effect",
        file=SETTLING,
        old="    elif finding.verdict is Verdict.UNSEEN or _was_accepted(operation):",
        new="    elif _was_accepted(operation):",
        harm="A close that took effect is called not applied.",
        tests=SETTLE,
    ),
    Mutant(
        name="an acceptance counts as done",
        file=READBACK,
        old="    is_done = row.status in kind.proves and is_new and",
        new="    is_done = operation.state == 'accepted' or row.status in kind.proves and",
        harm="Staff read Done while the account still works.",
        tests=SETTLE,
    ),
    Mutant(
        name="an effect from before the sending counts",
        file=READBACK,
        old="    is_done = row.status in kind.proves and is_new and "
        "_is_after_sending(operation, row.updated_at)",
        new="    is_done = row.status in kind.proves and is_new",
        harm="Somebody else's change of yesterday is called ours.",
        tests=SETTLE,
    ),
    Mutant(
        name="the cards are not read after the account",
        file=READBACK,
        old="    if is_done and kind.cascades:",
        new="    if False:",
        harm="Staff see cards as working that were stopped.",
        tests=SEND,
    ),
    Mutant(
        name="of several new accounts the first is adopted",
        file=READBACK,
        old="    if len(found) > 1:",
        new="    if False:",
        harm="A customer's other account is taken for the one asked for.",
        tests=SETTLE,
    ),
    Mutant(
        name="accounts known before can be adopted",
        file=READBACK,
        old="_known_before(operation, creation, listed) | _claimed(operation, creation)",
        new="_claimed(operation, creation)",
        harm="An account the customer had already is taken for the new one.",
        tests=SETTLE,
    ),
    Mutant(
        name="accounts of other operations can be adopted",
        file=READBACK,
        old="_known_before(operation, creation, listed) | _claimed(operation, creation)",
        new="_known_before(operation, creation, listed)",
        harm="Two requests end with the same account, and one was never opened.",
        tests=SETTLE,
    ),
    Mutant(
        name="an account of another currency can be adopted",
        file=READBACK,
        old="for shape in all_listed if creation.fits(asked, shape))",
        new="for shape in all_listed)",
        harm="An account in the wrong currency is taken for the one asked for.",
        tests=SETTLE,
    ),
    Mutant(
        name="an account made earlier can be adopted",
        file=READBACK,
        old=" for shape in fitting if _is_after_sending(operation, shape.created_at)]",
        new=" for shape in fitting]",
        harm="An account of last year is taken for the one asked for.",
        tests=SETTLE,
    ),
    Mutant(
        name="the queue forgets operations whose outcome is unknown",
        file=WORK,
        old=DUE,
        new=f"{DUE}.exclude(state=State.UNCERTAIN)",
        harm="An unknown outcome stays unknown for ever.",
        tests=("tests/test_work.py",),
    ),
    Mutant(
        name="the queue forgets operations whose sender vanished",
        file=WORK,
        old=DUE,
        new=f"{DUE}.exclude(state=State.SENDING)",
        harm="After a crash an account stays blocked for ever.",
        tests=("tests/test_work.py",),
    ),
)
