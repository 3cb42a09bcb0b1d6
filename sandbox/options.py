"""Every switch of the sandbox, with the default of each: instant timers and strict checks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    """How one sandbox behaves. Durations are seconds."""

    db: str = ":memory:"
    seed: int | None = None  # None: drawn once and kept in the database
    host: str = "127.0.0.1"
    port: int = 0  # 0: any free port
    api_key: str | None = None  # None: made from the seed and kept in the database
    api_secret: str | None = None
    faults: tuple[dict[str, object], ...] = ()

    deliveries: str = "auto"  # or "manual": events wait until the caller takes them
    quick_retries: tuple[float, ...] = (0.5, 1, 2, 5)
    longest_retry_seconds: float = 3600
    discard_seconds: float = 24 * 3600

    screening_seconds: float = 0
    deployment_seconds: float = 0
    capture_seconds: float = 0
    check_seconds: float = 0  # the provider's own checks that end in failed or issue_failed
    change_seconds: float = 0  # between accepting a PATCH or DELETE and its effect

    close_needs_signature: bool = False
    closed_cards: str = "terminated"  # or "inactive": what a closed account's cards become
    revive_cards: bool = True  # reactivation brings back what the cascade stopped
    verify_challenges: bool = True

    token_seconds: float = 3600
    signature_age_seconds: float = 300
    signature_refusal: int = 401  # the provider may answer 400
    idempotency_seconds: float = 3600
    idempotency_clock: str = "real"  # or "world": the hour then passes on the sandbox's clock
