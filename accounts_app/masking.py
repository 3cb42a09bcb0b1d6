"""How personal fields are written for those who do not see them in full.

Pure words: who sees what in full is decided by accounts_app.services.sight. Personal are a
customer's external id and wallet, and the contracts of their accounts.
"""

import json
import re
from typing import Any

HIDDEN = "…"
# Staff tell customers apart by what stays: `crm-…41`, `eip155:324:0xab…9f`.
HEAD, TAIL = 4, 2
PROOF_TAIL = 8
EXTERNAL = frozenset({"externalId", "external_id"})
CHAINS = frozenset({"chainId", "chain_id", "ownerId", "owner_id"})
PERSONAL = EXTERNAL | CHAINS
# They hold the wallet inside.
PROOFS = frozenset({"challenge", "signature"})
# Database columns that hold personal fields, or texts that do.
COLUMNS = frozenset(
    {"external_id", "chain_id", "representation", "changed", "body", "fields", "text"}
)
# A CAIP-10 id of any chain, or a bare EVM address; no longer digest begins like one.
CHAIN_ID = r"[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{20,128}"
ADDRESS = re.compile(rf"(?<![-\w]){CHAIN_ID}|(?<!\w)0x[0-9a-fA-F]{{40}}(?!\w)")
FIELD = re.compile(rf'("({"|".join(sorted(EXTERNAL | CHAINS | PROOFS))})"\s*:\s*")([^"]*)')


def external_id(value: str) -> str:
    """Write an external id by its beginning and its end; a short one shows less."""
    head, tail = min(HEAD, len(value) // 2), min(TAIL, len(value) // 4)
    return f"{value[:head]}{HIDDEN}{value[len(value) - tail :]}" if value else ""


def chain_id(value: str) -> str:
    """Write a wallet or a contract by its chain, and the beginning and end of its address."""
    chain, colon, address = value.rpartition(":")
    return f"{chain}{colon}{external_id(address)}" if value else ""


def text(words: str) -> str:
    """Mask every address in a text."""
    return ADDRESS.sub(lambda found: chain_id(found[0]), words)


def named(name: str, value: Any) -> Any:
    """Mask a value that stands under a name, as provider and mirror spell them."""
    if isinstance(value, str):
        if name in EXTERNAL:
            return external_id(value)
        if name in CHAINS:
            return chain_id(value)
        if name in PROOFS:
            return f"{HIDDEN}{value[-PROOF_TAIL:]}" if value else ""
    return tree(value)


def tree(value: Any) -> Any:
    """Mask what is personal anywhere inside a JSON value."""
    if isinstance(value, dict):
        return {name: named(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [tree(inner) for inner in value]
    return text(value) if isinstance(value, str) else value


def raw(words: str) -> str:
    """Mask a text that may be JSON; without anything personal it stays as it came."""
    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        # As much of it as was kept: what stands under a name is masked all the same.
        return text(FIELD.sub(lambda found: found[1] + named(found[2], found[3]), words))
    masked = tree(value)
    return words if masked == value else json.dumps(masked, ensure_ascii=False)
