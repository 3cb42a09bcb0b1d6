"""Defects in asking, deciding and withdrawing."""

from tests.mutation.mutant import Mutant

OPERATIONS = "accounts_app/services/operations.py"
ASKING = "accounts_app/services/asking.py"
DEADLINES = "accounts_app/services/deadlines.py"
LANES = "accounts_app/services/lanes.py"
FAMILY = ("tests/services/test_family_lanes.py",)
REGISTER = ("tests/services/test_register_customer.py",)
WAITING = ("tests/services/test_waiting_close.py",)
PEOPLE = ("tests/faults/test_people.py", "tests/faults/test_people_later.py")
REQUEST = ("tests/services/test_request.py",)
DECIDE = ("tests/services/test_decide.py",)

MUTANTS = (
    Mutant(
        name="the maker may decide their own request",
        file=OPERATIONS,
        old="    if is_own(operation, checker):",
        new="    if False:",
        harm="One person alone closes an account.",
        tests=DECIDE + PEOPLE,
    ),
    Mutant(
        name="another login of the maker is another person",
        file=OPERATIONS,
        old="    return operation.maker_id == person.pk or subject_of(person) in makers",
        new="    return operation.maker_id == person.pk",
        harm="One person with two logins closes an account.",
        tests=PEOPLE,
    ),
    Mutant(
        name="the person behind the checker is not recorded",
        file=OPERATIONS,
        old='"checker_subject": subject_of(checker), ',
        new='"checker_subject": "", ',
        harm="The database cannot refuse one person with two logins.",
        tests=PEOPLE,
    ),
    Mutant(
        name="an approval is not bound to what was shown",
        file=OPERATIONS,
        old="digest != operation.digest or operation.digest != digest_of(operation)",
        new="operation.digest != digest_of(operation)",
        harm="The checker agrees to one request and another is sent.",
        tests=DECIDE,
    ),
    Mutant(
        name="a request altered after it was made can be approved",
        file=OPERATIONS,
        old="digest != operation.digest or operation.digest != digest_of(operation)",
        new="digest != operation.digest",
        harm="Whoever can write to the database changes what is sent.",
        tests=DECIDE,
    ),
    Mutant(
        name="the digest leaves out the body",
        file=OPERATIONS,
        old="            hashlib.sha256(bytes(operation.body)).hexdigest(),\n",
        new="",
        harm="The bytes that are sent are not those that were agreed to.",
        tests=DECIDE,
    ),
    Mutant(
        name="a decided request can be decided again",
        file=OPERATIONS,
        old="""    if operation.state != Operation.State.REQUESTED:
        state =""",
        new="""    if operation.state in ("sending", "succeeded"):
        state =""",
        harm="A rejected request is approved after all, or gets a second key.",
        tests=DECIDE,
    ),
    Mutant(
        name="a request of any age can be decided",
        file=OPERATIONS,
        old="    if clock.now() - operation.requested_at > settings.REQUEST_LIFETIME:",
        new="    if False:",
        harm="A request of last week, forgotten by its maker, is carried out.",
        tests=PEOPLE,
    ),
    Mutant(
        name="requests never expire",
        file=DEADLINES,
        old="_before(settings.REQUEST_LIFETIME)",
        new="_before(365 * settings.REQUEST_LIFETIME)",
        harm="An undecided request blocks its account for ever.",
        tests=PEOPLE,
    ),
    Mutant(
        name="approvals never get too old while sending is paused",
        file=DEADLINES,
        old=", (approved, State.STALE, TOO_OLD)]",
        new="]",
        harm="After a long pause staff read that an approval of hours ago still waits.",
        tests=PEOPLE,
    ),
    Mutant(
        name="anything may pass a close that waits for its owner",
        file=LANES,
        old="    return operation.kind == kind.beside and rests(operation)",
        new="    return rests(operation)",
        harm="An account is reactivated while its close is under way.",
        tests=WAITING,
    ),
    Mutant(
        name="a deactivation may pass a close that is being sent",
        file=LANES,
        old="    return operation.kind == kind.beside and rests(operation)",
        new="    return operation.kind == kind.beside",
        harm="Two requests about one account are on their way at once.",
        tests=WAITING,
    ),
    Mutant(
        name="what cascades is in nobody's way",
        file=LANES,
        old="    if about is None or kind.own_lane or other.own_lane:",
        new="    if True:",
        harm="A customer is stopped while one of their accounts is being brought back.",
        tests=FAMILY,
    ),
    Mutant(
        name="what is open below does not keep what cascades",
        file=LANES,
        old="    return reaches_us or (kind.cascades and _is_above(target, about))",
        new="    return reaches_us",
        harm="A card is terminated and its account brought back at once.",
        tests=FAMILY,
    ),
    Mutant(
        name="a wallet with a slip is registered",
        file="accounts_app/offblocks/wallets.py",
        old="digits not in (digits.lower(), digits.upper())",
        new="not digits",
        harm="A customer is registered with a wallet that nobody has.",
        tests=REGISTER,
    ),
    Mutant(
        name="a customer we know is registered again",
        file="accounts_app/services/newcomers.py",
        old="        if customer:\n",
        new="        if False:\n",
        harm="Staff learn from the provider only that the customer was there.",
        tests=REGISTER,
    ),
    Mutant(
        name="anybody may ask",
        file=OPERATIONS,
        old="    if not maker.has_perm(kind.permission):",
        new="    if False:",
        harm="A viewer deactivates accounts.",
        tests=REQUEST,
    ),
    Mutant(
        name="anybody may decide",
        file=OPERATIONS,
        old='    if not checker.has_perm("accounts_app.decide_operation"):',
        new="    if False:",
        harm="A colleague without the role agrees to a close.",
        tests=DECIDE,
    ),
    Mutant(
        name="anybody may withdraw",
        file=OPERATIONS,
        old="        if not is_own(operation, maker):",
        new="        if False:",
        harm="A colleague withdraws what is not theirs.",
        tests=DECIDE,
    ),
    Mutant(
        name="what was decided can still be withdrawn",
        file=OPERATIONS,
        old="""        if operation.state != Operation.State.REQUESTED:
            raise AlreadyMoved("It""",
        new="""        if operation.state not in Operation.OPEN:
            raise AlreadyMoved("It""",
        harm="A request on its way to the provider is called withdrawn.",
        tests=DECIDE,
    ),
    Mutant(
        name="a form counts more than once",
        file=OPERATIONS,
        old="return _of_form(kind, asked, maker) or _request(",
        new="return _request(",
        harm="A double click is an error page, or a second operation.",
        tests=REQUEST + PEOPLE,
    ),
    Mutant(
        name="a form counts for any maker and target",
        file=OPERATIONS,
        old="    if earlier.maker_id != maker.pk or not _is_about(earlier, kind, asked):",
        new="    if False:",
        harm="Somebody is told that their request exists, and it is another's.",
        tests=REQUEST,
    ),
    Mutant(
        name="a stale page is not refused",
        file=ASKING,
        old="    if target.revision != asked.revision:",
        new="    if False:",
        harm="Staff act on a state that they never saw.",
        tests=REQUEST + PEOPLE,
    ),
    Mutant(
        name="an open operation does not block another",
        file=ASKING,
        old="    if open_one:",
        new="    if False:",
        harm="A second request fails without saying who was first.",
        tests=REQUEST,
    ),
    Mutant(
        name="an open discrepancy does not block",
        file=ASKING,
        old="    if is_contradicted(target):",
        new="    if False:",
        harm="Staff act on an account about which the provider contradicts itself.",
        tests=REQUEST,
    ),
    Mutant(
        name="an account is acted on in any state",
        file=ASKING,
        old="    if not kind.may_start(target):",
        new="    if False:",
        harm="A closed account is asked to be closed again.",
        tests=REQUEST,
    ),
    Mutant(
        name="closing needs no typed account id",
        file=ASKING,
        old="kind.is_irreversible and asked.confirmation",
        new="False and asked.confirmation",
        harm="The wrong account is closed by a slip, for good.",
        tests=REQUEST,
    ),
    Mutant(
        name="two requests about one target do not wait for each other",
        file=OPERATIONS,
        old="Customer.objects.select_for_update(no_key=True).get(pk=owner.pk)",
        new="Customer.objects.get(pk=owner.pk)",
        harm="Of two people the second gets an error page instead of a sentence.",
        tests=("tests/faults/test_people.py",),
        needs_postgresql=True,
    ),
)
