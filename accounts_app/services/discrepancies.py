"""The way from the use-cases to accounts_app.discrepancies, which is below the mirror."""

from accounts_app.discrepancies import open

__all__ = ["open"]
