"""The table of operations: method, path and id of the contract, and who answers."""

from dataclasses import dataclass

from werkzeug.routing import Map, Rule, Submount

from sandbox import provider
from sandbox.provider import Handler

PREFIX = "/v1"


@dataclass(frozen=True)
class Route:
    """One operation of the contract."""

    method: str
    path: str
    operation: str
    handler: Handler

    @property
    def signed(self) -> bool:
        """Tell whether signature, digest and idempotency headers are demanded."""
        return not self.path.startswith("/auth/")

    @property
    def reads_body(self) -> bool:
        """Tell whether the operation has a request body."""
        return self.method in {"POST", "PUT"} or self.operation == "deleteCredentials"


ROUTES = (
    Route("POST", "/auth/token", "createToken", provider.create_token),
    Route("PUT", "/auth/credentials", "updateCredentials", provider.update_credentials),
    Route("DELETE", "/auth/credentials", "deleteCredentials", provider.delete_credentials),
    Route("PUT", "/auth/signing", "putSigningKey", provider.put_signing_key),
    Route("DELETE", "/auth/signing", "deleteSigningKey", provider.delete_signing_key),
    Route("POST", "/customers", "createCustomer", provider.create_customer),
    Route("GET", "/customers", "listCustomers", provider.every("customer")),
    Route("GET", "/customers/<id>", "getCustomer", provider.one("customer")),
    Route("PATCH", "/customers/<id>/deactivate", "deactivateCustomer", provider.act),
    Route("PATCH", "/customers/<id>/activate", "activateCustomer", provider.act),
    Route(
        "GET",
        "/customers/<id>/challenge",
        "getCustomerChallenge",
        provider.fetch_challenge("customer"),
    ),
    Route(
        "POST",
        "/customers/<id>/challenge/sign",
        "signCustomerChallenge",
        provider.sign_challenge("customer", "chainId", ""),
    ),
    Route("POST", "/customers/<id>/accounts", "createAccount", provider.create_account),
    Route(
        "GET",
        "/customers/<id>/accounts",
        "listCustomerAccounts",
        provider.below("account", "customer"),
    ),
    Route("GET", "/accounts", "listAccounts", provider.every("account")),
    Route("GET", "/accounts/<id>", "getAccount", provider.one("account")),
    Route("DELETE", "/accounts/<id>", "closeAccount", provider.close_account),
    Route("PATCH", "/accounts/<id>/deactivate", "deactivateAccount", provider.act),
    Route("PATCH", "/accounts/<id>/activate", "activateAccount", provider.act),
    Route(
        "GET",
        "/accounts/<id>/challenge",
        "getAccountChallenge",
        provider.fetch_challenge("account"),
    ),
    Route(
        "POST",
        "/accounts/<id>/challenge/sign",
        "signAccountChallenge",
        provider.sign_challenge("account", "ownerId", None),
    ),
    Route("POST", "/accounts/<id>/cards", "createCard", provider.create_card),
    Route("GET", "/accounts/<id>/cards", "listAccountCards", provider.below("card", "account")),
    Route("GET", "/cards", "listCards", provider.every("card")),
    Route("GET", "/cards/<id>", "getCard", provider.one("card")),
    Route("DELETE", "/cards/<id>", "terminateCard", provider.act),
    Route("PATCH", "/cards/<id>/deactivate", "deactivateCard", provider.act),
    Route("PATCH", "/cards/<id>/activate", "activateCard", provider.act),
    Route("GET", "/authorisations/<id>", "getAuthorisation", provider.one("authorisation")),
    Route(
        "GET",
        "/accounts/<id>/transactions",
        "listAccountTransactions",
        provider.account_transactions,
    ),
    Route(
        "GET",
        "/cards/<id>/transactions",
        "listCardTransactions",
        provider.below("transaction", "card"),
    ),
    Route("GET", "/transactions/<id>", "getTransaction", provider.one("transaction")),
    Route("PUT", "/webhooks", "putWebhook", provider.put_webhook),
    Route("GET", "/webhooks", "listWebhooks", provider.list_webhooks),
    Route(
        "GET",
        "/webhooks/verification-key",
        "getWebhookVerificationKey",
        provider.get_verification_key,
    ),
    Route("GET", "/webhooks/<id>", "getWebhook", provider.get_webhook),
    Route("DELETE", "/webhooks/<id>", "deleteWebhook", provider.delete_webhook),
    Route("PATCH", "/simulator/customers/<id>/verify", "simulateCustomerVerify", provider.act),
    Route("PATCH", "/simulator/customers/<id>/reject", "simulateCustomerReject", provider.act),
    Route("PATCH", "/simulator/cards/<id>/issue", "simulateCardIssue", provider.act),
    Route("PATCH", "/simulator/cards/<id>/fail", "simulateCardFail", provider.act),
    Route(
        "POST",
        "/simulator/cards/<id>/authorisation",
        "simulateAuthorisation",
        provider.simulate_authorisation,
    ),
    Route("PATCH", "/simulator/authorisations/<id>/capture", "simulateCapture", provider.act),
    Route("PATCH", "/simulator/authorisations/<id>/release", "simulateRelease", provider.act),
)

URLS = Map(
    [
        Submount(
            PREFIX, [Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES]
        )
    ],
    merge_slashes=False,
    strict_slashes=True,
)
