"""Schemathesis finds no contradiction between the running sandbox and the written contract."""

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.bodies import is_uuid
from sandbox.routes import ROUTES
from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

CONTRACT = Path(__file__).parents[2] / "docs" / "contract" / "openapi.yaml"
SIGNED_HEADERS = {"Signature", "Signature-Input", "Content-Digest", "Idempotency-Key"}
BODY_CHECKS = [content_type_conformance, response_schema_conformance]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_headers_conformance,
    negative_data_rejection,
]


def _contract() -> dict[str, object]:
    """Return the contract without what this test's signing fills in."""
    contract: dict[str, object] = yaml.safe_load(CONTRACT.read_text())
    del contract["security"]
    parameters = contract["components"]["parameters"]  # type: ignore[index]
    ours = [
        f"#/components/parameters/{n}" for n, p in parameters.items() if p["name"] in SIGNED_HEADERS
    ]
    for item in contract["paths"].values():  # type: ignore[attr-defined]
        for holder in (item, *(part for part in item.values() if isinstance(part, dict))):
            kept = [p for p in holder.get("parameters", []) if p["$ref"] not in ours]
            holder["parameters"] = kept
    return contract


# Built eagerly: the lazy, fixture-based schemas do not work with this pytest.
schema = schemathesis.openapi.from_dict(_contract())


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller to a sandbox that holds something of everything."""
    with Sandbox(seed=11, deliveries="manual") as sandbox:
        caller = Caller(sandbox)
        _populate(sandbox, caller)
        yield caller


def _populate(sandbox: Sandbox, caller: Caller) -> None:
    world = sandbox.world
    for status in (*["initiating"] * 3, "screening", "verifying", "inactive", "rejected"):
        world.add_customer(status)
    owner = str(world.add_customer()["id"])
    for status in (*["initiating"] * 3, "pending", "inactive", "closed", "failed", "active"):
        world.add_account(owner, status)
    for status in ("issuing", "inactive", "suspended", "terminated", "active", "active"):
        card = world.add_card(str(world.add_account(owner)["id"]), status)["id"]
    for capture in (True, False):
        payment = {"amount": "1.5", "currency": "EUR", "capture": capture}
        caller.call("POST", f"/simulator/cards/{card}/authorisation", payment)
    subscription = {"callbackUrl": "http://127.0.0.1:9/", "types": ["card.updated"]}
    caller.call("PUT", "/webhooks", subscription)


def _aim(case: schemathesis.Case, caller: Caller) -> None:
    """Let most cases that name an entity or an address name one that exists."""
    draw = random.Random(f"{case.path_parameters} {case.body}")  # noqa: S311 - no secret
    for name, value in case.path_parameters.items():
        if is_uuid(str(value)) and draw.random() < 0.8:
            case.path_parameters[name] = draw.choice(_known(caller, name.removesuffix("Id")))
    if isinstance(case.body, dict) and isinstance(case.body.get("callbackUrl"), str):
        case.body["callbackUrl"] = "http://127.0.0.1:9/hook"
        if is_uuid(str(case.body.get("id"))):
            case.body["id"] = draw.choice(_known(caller, "webhook"))


def _known(caller: Caller, kind: str) -> list[str]:
    if kind == "webhook":
        return [entry["id"] for entry in caller.call("GET", "/webhooks").json()] or [str(uuid4())]
    return [entity.id for entity in caller.sandbox.world.entities.all(kind)]


def _send(case: schemathesis.Case, caller: Caller) -> requests.Response:
    caller.renew()
    prepared = requests.Request(**case.as_transport_kwargs(base_url=caller.sandbox.url)).prepare()
    body = prepared.body or b""
    raw = body.encode() if isinstance(body, str) else body
    headers = caller.headers(str(prepared.method), str(prepared.url), raw)
    prepared.headers.update(headers)
    with requests.Session() as session:
        return session.send(prepared, timeout=10)


@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_sandbox_answers_as_the_contract_says(case: schemathesis.Case, caller: Caller) -> None:
    _aim(case, caller)
    response = _send(case, caller)
    assert response.status_code < 500
    # The body of an accepted close is optional, which OpenAPI has no words for.
    empty = response.status_code == 202 and not response.content
    case.validate_response(response, checks=CHECKS if empty else CHECKS + BODY_CHECKS)


def test_every_operation_of_the_contract_is_served() -> None:
    written = {
        operation["operationId"]
        for item in yaml.safe_load(CONTRACT.read_text())["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }
    assert {route.operation for route in ROUTES} == written
