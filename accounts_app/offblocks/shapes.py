"""The provider's representations as typed, frozen values.

Status and type values are open: an unknown one is kept, never refused. Unknown fields are kept too.
"""

import base64
import re
from datetime import datetime
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from accounts_app.offblocks import card_numbers
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.instants import Instant
from accounts_app.offblocks.strict_json import parse_json

# "Customer States", "Account States", "Card States"
CUSTOMER_STATUSES = frozenset(
    {"initiating", "screening", "verifying", "rejected", "active", "inactive"}
)
ACCOUNT_STATUSES = frozenset({"initiating", "pending", "active", "inactive", "closed", "failed"})
CARD_STATUSES = frozenset(
    {"issuing", "issue_failed", "active", "inactive", "blocked", "suspended", "terminated"}
)
FINAL_CUSTOMER_STATUSES = frozenset({"rejected"})
FINAL_ACCOUNT_STATUSES = frozenset({"closed", "failed"})
FINAL_CARD_STATUSES = frozenset({"issue_failed", "blocked", "terminated"})

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _canonical_uuid(value: object) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("not a UUID in its usual form")
    return UUID(value)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _none_is_empty(value: object) -> object:
    return () if value is None else value


Id = Annotated[UUID, BeforeValidator(_canonical_uuid)]
Timestamp = Annotated[Instant, BeforeValidator(Instant.parse)]
# A status or type: short, because it becomes a column.
Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
# CAIP-10 by the book, but webhook samples carry placeholders: never refuse one over its format.
ChainId = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Shape(BaseModel):
    """One JSON object of the provider. Python names are snake_case, the JSON is camelCase."""

    model_config = ConfigDict(
        frozen=True, extra="allow", alias_generator=to_camel, hide_input_in_errors=True
    )

    _representation: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, dict):
            data = cls._screened(data)
        shape = handler(data)
        if isinstance(data, dict):
            # A challenge is not part of the resource: only create answers carry one.
            shape._representation = {k: v for k, v in data.items() if k != "challenge"}
        return shape

    @classmethod
    def _screened(cls, data: dict[str, Any]) -> dict[str, Any]:
        return data

    @property
    def representation(self) -> dict[str, Any]:
        """The JSON object as received, without `challenge`."""
        return self._representation


class Resource(Shape):
    """What customers, accounts and cards have in common.

    A card number in one is masked before anything else sees it; the provider sends none.
    """

    id: Id
    status: Word
    created: Timestamp = Field(alias="createdAt")
    updated: Timestamp = Field(alias="updatedAt")

    @classmethod
    def _screened(cls, data: dict[str, Any]) -> dict[str, Any]:
        # The owner has to sign a challenge to the letter.
        others = {name: value for name, value in data.items() if name != "challenge"}
        masked: dict[str, Any] = card_numbers.tree(others)
        if masked == others:
            return data
        card_numbers.told(f"the provider's answer about {cls.__name__.lower()} {data.get('id')}")
        return {**{name: data[name] for name in data.keys() & {"challenge"}}, **masked}

    @property
    def created_at(self) -> datetime:
        """When the provider made it; aware, cut to microseconds."""
        return self.created.at

    @property
    def updated_at(self) -> datetime:
        """When it last changed; aware, cut to microseconds."""
        return self.updated.at

    @property
    def updated_at_text(self) -> str:
        """`updatedAt` exactly as it was written."""
        return self.updated.text

    @property
    def revision(self) -> int:
        """The ordering value: `updatedAt` in whole microseconds since 1970."""
        return self.updated.microseconds


class Customer(Resource):
    """A customer ("Customers"). `chain_id` is their wallet; a create answer adds `challenge`."""

    external_id: Name
    chain_id: ChainId
    challenge: str | None = Field(default=None, repr=False)


class Account(Resource):
    """An account ("Accounts"). `chain_id` is its smart contract, absent until it becomes active."""

    customer_id: Id
    type: Annotated[Word, BeforeValidator(_lower)]
    chain_id: ChainId | None = None
    currencies: Annotated[tuple[Word, ...], BeforeValidator(_none_is_empty)] = ()
    challenge: str | None = Field(default=None, repr=False)


class Card(Resource):
    """A card ("Cards"). Number, network and expiry may be missing while it is being issued."""

    account_id: Id
    type: Annotated[Word, BeforeValidator(_lower)]
    name: str | None = None
    network: str | None = None
    masked_pan: str | None = None
    expiration_date: str | None = None


class Challenge(Shape):
    """A challenge to be signed by the owner, base64 ("Blockchain Updates")."""

    challenge: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
    owner_id: ChainId | None = None


class Subscription(Shape):
    """A webhook subscription ("Webhooks")."""

    id: Id
    callback_url: str = Field(repr=False)  # may hold our secret path
    types: tuple[Word, ...]


class SigningKey(Shape):
    """The answer to a key upload ("Request Signatures"); field names are not documented."""

    key_id: Name = Field(validation_alias=AliasChoices("keyId", "id"))


class VerificationKey(Shape):
    """The key that verifies webhooks ("Webhooks"); field names are not documented."""

    key_id: Name | None = Field(default=None, validation_alias=AliasChoices("keyId", "id"))
    public_key: Annotated[str, StringConstraints(min_length=1, max_length=8192)]

    @property
    def pem(self) -> str:
        """The PEM text, whether it came base64 encoded once more or not."""
        if self.public_key.lstrip().startswith("-----BEGIN"):
            return self.public_key
        try:
            return base64.b64decode(self.public_key, validate=True).decode("ascii")
        except ValueError as error:
            raise Unreadable("The verification key is not a PEM in base64.") from error


class Token(BaseModel):
    """A bearer token ("Authentication"); `expires_at` in Unix seconds, may be missing."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, hide_input_in_errors=True)

    token: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,16384}$")] = Field(repr=False)
    expires_at: Annotated[float, Field(allow_inf_nan=False)] | None = None


M = TypeVar("M", bound=BaseModel)


def parse(kind: type[M], body: bytes) -> M:
    """Read a body that holds one object of this kind; raises Unreadable."""
    return shape_of(kind, parse_json(body))


def shape_of(kind: type[M], value: Any) -> M:
    """Turn an already parsed JSON value into a shape; raises Unreadable, naming the fields."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        fields = sorted({".".join(map(str, found["loc"])) for found in error.errors()})
        named = ", ".join(fields) or "not an object"
        raise Unreadable(f"Unexpected {kind.__name__}: {named}.") from error
