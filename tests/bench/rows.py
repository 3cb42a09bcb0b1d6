"""How each table of the pretend programme is filled: columns as SQL over the row's number `n`."""

EMPTY = {
    "bigint": "0",
    "boolean": "false",
    "bytea": "''",
    "character varying": "''",
    "integer": "0",
    "jsonb": "'{}'",
    "smallint": "1",
    "text": "''",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
}
CREATED = "timestamptz '2024-01-01' + n * interval '53 seconds'"
UPDATED = f"{CREATED} + (n % 20) * interval '7 hours'"
DIGEST = "md5(n::text) || md5('d' || n)"
WALLET = "substr(md5('w' || n) || md5('v' || n), 1, 40)"


def _one_of(words: str) -> str:
    choices = words.split()
    quoted = ", ".join(f"'{word}'" for word in choices)
    return f"(ARRAY[{quoted}])[1 + n % {len(choices)}]"


def _id(kind: str, number: str = "n") -> str:
    return f"md5('{kind}' || {number})::uuid"


MIRRORED = {
    "created_at": CREATED,
    "updated_at": UPDATED,
    "updated_at_text": f'to_char({UPDATED}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
    "revision": f"(extract(epoch FROM {UPDATED}) * 1000000)::bigint",
    "asked_at": f"{UPDATED} + interval '1 second'",
    "digest": DIGEST,
    "source": "'sync'",
}
PROGRAMME: dict[str, dict[str, str]] = {
    "customer": MIRRORED
    | {
        "id": _id("customer"),
        "status": _one_of("active active active active active inactive screening rejected"),
        "external_id": "'crm-' || lpad(n::text, 9, '0')",
        "chain_id": f"'eip155:324:0x' || {WALLET}",
    },
    "account": MIRRORED
    | {
        "id": _id("account"),
        "customer_id": _id("customer"),
        "status": _one_of("active active active active active active inactive closed"),
        "type": "'card_account'",
        "currencies": _one_of("EUR EUR EUR GBP"),
        "chain_id": "'eip155:324:0x' || substr(md5('c' || n) || md5('k' || n), 1, 40)",
    },
    "card": MIRRORED
    | {
        "id": _id("card"),
        "account_id": _id("account"),
        "status": _one_of("active active active active inactive suspended terminated"),
        "type": _one_of("virtual physical"),
        "network": _one_of("visa visa mastercard"),
        "masked_pan": "'424242******' || lpad((n % 10000)::text, 4, '0')",
        "expiration_date": "'11/2029'",
    },
    "snapshot": {
        "entity_kind": "'account'",
        "entity_id": _id("account"),
        "representation": "json_build_object('id', md5('account' || n)::uuid, 'status', 'active', "
        "'customerId', md5('customer' || n)::uuid, 'currencies', json_build_array('EUR'), "
        f"'type', 'card_account', 'createdAt', {CREATED}, 'updatedAt', {CREATED})::text",
        "digest": DIGEST,
        "status": "'active'",
        "revision": f"(extract(epoch FROM {CREATED}) * 1000000)::bigint",
        "source": "'sync'",
        "asked_at": CREATED,
        "recorded_at": CREATED,
    },
    "webhookevent": {
        "event_id": "md5('event' || n)::uuid::text",
        "digest": DIGEST,
        "type": _one_of("account.updated account.created customer.updated"),
        "entity_kind": _one_of("account account customer"),
        "entity_id": f"CASE n % 3 WHEN 2 THEN {_id('customer')} ELSE {_id('account')} END",
        "claimed_status": "'active'",
        "body": "'{}'",
        "received_at": UPDATED,
        "last_received_at": UPDATED,
        "deliveries": "1",
        "attempts": "1",
        "state": "'done'",
        "note": "'updated'",
        "ended_at": UPDATED,
    },
    "operation": {
        "kind": _one_of("deactivate reactivate close"),
        "lane": "'account:' || md5('account' || n)::uuid",
        "customer_id": _id("customer"),
        "account_id": _id("account"),
        "method": "'PUT'",
        "state": _one_of("succeeded succeeded succeeded failed rejected"),
        "maker_id": "(SELECT min(id) FROM auth_user)",
        "reason": "'Asked for by the customer'",
        "requested_at": CREATED,
        "ended_at": CREATED,
        "digest": DIGEST,
    },
    "auditentry": {
        "sequence": "n + (SELECT coalesce(max(sequence), 0) FROM accounts_app_auditentry)",
        "at": CREATED,
        "actor_id": "(SELECT min(id) FROM auth_user)",
        "actor_name": "'bench'",
        "action": "'refreshed'",
        "object_kind": "'account'",
        "object_id": "md5('account' || n)::uuid::text",
        "hash": DIGEST,
    },
}

AT = "timestamptz '2026-01-01' + n * interval '10 minutes'"
OWN = _id("account", ":account")
OF_STORY = "md5('story' || :account || '/' || n) || md5(n::text)"
# What happens to one account: its payments, what the provider changed, what people did.
HISTORY: dict[str, dict[str, str]] = {
    "webhookevent": {
        **PROGRAMME["webhookevent"],
        "event_id": "md5('payment' || :account || '/' || n)::uuid::text",
        "digest": OF_STORY,
        "type": "'transaction.updated'",
        "entity_kind": "'transaction'",
        "entity_id": "NULL",
        "account_id": OWN,
        "state": "'recorded'",
        "received_at": AT,
        "last_received_at": AT,
    },
    "snapshot": {
        **PROGRAMME["snapshot"],
        "entity_id": OWN,
        "changed": '\'{"status": ["active", "inactive"]}\'',
        "asked_at": AT,
        "recorded_at": AT,
    },
    "auditentry": {
        **PROGRAMME["auditentry"],
        "at": AT,
        "object_id": f"{OWN}::text",
        "hash": OF_STORY,
    },
}
