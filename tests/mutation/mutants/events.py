"""Defects in taking in the provider's events and looking into them."""

from tests.mutation.mutant import Mutant

EVENTS = "accounts_app/services/events.py"
CONFLICTS = "accounts_app/conflict_sql.py"
CONTRADICTIONS = "accounts_app/services/contradictions.py"
REFRESH = "accounts_app/services/refresh.py"
VIEWS = "accounts_app/webhooks/views.py"
AUTHENTICATION = "accounts_app/webhooks/authentication.py"
VERIFYING = "accounts_app/offblocks/verifying.py"
RECEIVE = (
    "tests/services/test_receive.py",
    "tests/webhooks/test_endpoint.py",
    "tests/webhooks/test_fault_matrix.py",
)
PROCESS = (
    "tests/services/test_process.py",
    "tests/services/test_contradictions.py",
    "tests/services/test_unknown_ids.py",
    "tests/services/test_workers_together.py",
    "tests/services/test_convergence.py",
)
STORE = '            events.receive(self.delivery, envelope, nonce=str(request.auth or ""))\n'
DIGEST = '        "digest": hashlib.sha256(body).hexdigest(),\n'

MUTANTS = (
    Mutant(
        name="a delivery is acknowledged that could not be stored",
        file=VIEWS,
        old=STORE,
        new="""            try:
                events.receive(self.delivery, envelope)
            except django.db.Error:
                log.error("a delivery could not be stored")
""",
        harm="The provider never sends the event again: a change is lost.",
        tests=("tests/webhooks",),
    ),
    Mutant(
        name="a delivery is acknowledged before it is committed",
        file=VIEWS,
        old=STORE,
        new="""            job = (self.delivery, envelope)
            __import__("threading").Timer(0.05, events.receive, job).start()
""",
        harm="A crash after the answer loses the event.",
        tests=("tests/webhooks",),
    ),
    Mutant(
        name="a delivery is not authenticated",
        file=AUTHENTICATION,
        old='        if "signature" in configured:',
        new="        if False:",
        harm="Anybody makes us read the provider, as often as they like.",
        tests=("tests/webhooks",),
    ),
    Mutant(
        name="any signature of the right shape is genuine",
        file=VERIFYING,
        old="        if not self._fast.verify(hashlib.sha384(data).digest(), signature):",
        new="        if not signature:",
        harm="Anybody makes us read the provider, as often as they like.",
        tests=("tests/offblocks/test_verifying.py", "tests/offblocks/test_inbound_hostile.py"),
    ),
    Mutant(
        name="a signature is genuine under the name of another digest",
        file=VERIFYING,
        old='        if getattr(signature_algorithm.algorithm, "name", "") != _NAME:',
        new="        if False:",
        harm="What says it was signed under another algorithm passes.",
        tests=("tests/offblocks/test_verifying.py",),
    ),
    Mutant(
        name="the body is not kept",
        file=EVENTS,
        old='        "body": kept,\n',
        new='        "body": b"",\n',
        harm="Nobody can say what the provider told us.",
        tests=RECEIVE,
    ),
    Mutant(
        name="card numbers are kept as they came",
        file=EVENTS,
        old="card_numbers.body(body)",
        new="body",
        harm="The database holds cardholder data.",
        tests=("tests/services/test_card_numbers.py",),
    ),
    Mutant(
        name="the digest is of what was masked",
        file=EVENTS,
        old=DIGEST,
        new='        "digest": hashlib.sha256(kept).hexdigest(),\n',
        harm="Two deliveries that differ in a card number pass for one.",
        tests=("tests/services/test_card_numbers.py",),
    ),
    Mutant(
        name="what was signed stays whole",
        file="accounts_app/services/transitions.py",
        old="        columns |= signatures.reduction(operation)\n",
        new="",
        harm="Old signatures and challenges lie about for ever.",
        tests=("tests/services/test_signatures.py",),
    ),
    Mutant(
        name="a repeated delivery is a new event",
        file=EVENTS,
        old=DIGEST,
        new='        "digest": hashlib.sha256(body + str(now).encode()).hexdigest(),\n',
        harm="The provider's retries flood the inbox.",
        tests=RECEIVE,
    ),
    Mutant(
        name="another body under the same event id is dropped",
        file=EVENTS,
        old=DIGEST,
        new='        "digest": hashlib.sha256(envelope.event_id.encode()).hexdigest(),\n',
        harm="A conflicting event goes unnoticed.",
        tests=RECEIVE + PROCESS,
    ),
    Mutant(
        name="two bodies under one event id are not flagged",
        file=CONFLICTS,
        old="SET is_conflicting = TRUE WHERE",
        new="SET is_conflicting = FALSE WHERE",
        harm="A conflicting event goes unnoticed.",
        tests=RECEIVE + PROCESS,
    ),
    Mutant(
        name="two bodies under one event id at the same moment do not wait for each other",
        file=CONFLICTS,
        old="    PERFORM pg_advisory_xact_lock(7301993, hashtext(NEW.event_id) & 1023);\n",
        new="",
        harm="A conflicting event goes unnoticed.",
        tests=("tests/services/test_workers_together.py",),
        needs_postgresql=True,
    ),
    Mutant(
        name="an event is believed instead of read",
        file=EVENTS,
        old="        _settle(events, observation)\n",
        new="""        claimed = events[-1].claimed_status or observation.row.status
        type(observation.row).door.filter(pk=entity_id).update(status=claimed)
        _settle(events, observation)
""",
        harm="Events out of order leave a blocked account shown as working.",
        tests=PROCESS,
    ),
    Mutant(
        name="an event is done although the read failed",
        file=EVENTS,
        old="        _ask_again(events, str(error), at_least=error.retry_after)\n",
        new="        _end(events, State.DONE, str(error))\n",
        harm="A change stays unseen until the next full comparison.",
        tests=PROCESS,
    ),
    Mutant(
        name="an answer older than the event is taken",
        file=EVENTS,
        old="        return _is_early(event) and contradictions.leaves_open(observation, event)",
        new="        return False",
        harm="A provider whose reads lag leaves an old state on the screen.",
        tests=PROCESS,
    ),
    Mutant(
        name="an event whose answer stays old is asked about for ever",
        file=EVENTS,
        old="    return event.open_answers + 1 < OPEN_ANSWERS",
        new="    return True",
        harm="One odd event uses up the reads that others need.",
        tests=PROCESS,
    ),
    Mutant(
        name="what the provider does not show yet is given up at once",
        file=EVENTS,
        old="    early = [event for event in events if _is_early(event)]\n",
        new="    early: list[WebhookEvent] = []\n",
        harm="A new account stays unknown until the next full comparison.",
        tests=PROCESS,
    ),
    Mutant(
        name="every event costs a read",
        file=EVENTS,
        old='.order_by("pk").defer("body"))',
        new='.order_by("pk").defer("body")[:1])',
        harm="A flood of events uses up the reads that operations need.",
        tests=PROCESS,
    ),
    Mutant(
        name="an entity that is being looked into is due for others",
        file=EVENTS,
        old="        if any(event.lease_until and event.lease_until > now for event in waiting):\n"
        "            return []\n",
        new="",
        harm="Every worker reads the same entity at the same time.",
        tests=PROCESS,
    ),
    Mutant(
        name="a worker that slept ends events that another has in hand",
        file=EVENTS,
        old="pk__in=numbers, lease_until__in=leases, state=State.PENDING)",
        new="pk__in=numbers)",
        harm="An old answer ends an event that a newer one was asked for.",
        tests=PROCESS,
    ),
    Mutant(
        name="an event that claims a final state against the provider is passed over",
        file=CONTRADICTIONS,
        old="    if _denies_final(observation, event):\n        yield",
        new="    if False:\n        yield",
        harm="Nobody learns that the provider says two things about a closed account.",
        tests=PROCESS,
    ),
    Mutant(
        name="an event that names another owner is passed over",
        file=CONTRADICTIONS,
        old="    if claimed and claimed != owner:",
        new="    if False:",
        harm="Nobody learns that the provider says two things about an owner.",
        tests=PROCESS,
    ),
    Mutant(
        name="an account is read before its customer",
        file=REFRESH,
        old="    if not is_mirrored and _parent(customer, owner_id, source, operation) is None:\n"
        "        return None\n",
        new="",
        harm="A new customer's account never arrives.",
        tests=PROCESS,
    ),
)
