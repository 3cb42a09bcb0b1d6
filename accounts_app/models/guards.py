"""Managers and bases that refuse writes: mirrored rows outside their door, and append-only tables.

They stop our own mistakes. Triggers and database grants are what stops anybody else.
"""

from typing import Any, NoReturn

from django.db import models

from accounts_app.errors import MirrorIsReadOnly


def _refuse(what: str) -> NoReturn:
    raise MirrorIsReadOnly(f"{what} is refused: only mirror.observe writes mirrored rows.")


class ReadOnlyQuerySet(models.QuerySet[Any]):
    """A query set that reads and refuses every write."""

    def update(self, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        _refuse("update()")

    def delete(self) -> NoReturn:
        """Refuse."""
        _refuse("delete()")

    def create(self, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        _refuse("create()")

    def bulk_create(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        _refuse("bulk_create()")

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        _refuse("bulk_update()")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A query set whose rows are added and read, never changed or removed."""

    def update(self, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise MirrorIsReadOnly(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise MirrorIsReadOnly(f"{self.model.__name__} rows are never deleted.")


class KeptQuerySet(models.QuerySet[Any]):
    """A query set whose rows may move on and are never removed."""

    def delete(self) -> NoReturn:
        """Refuse."""
        raise MirrorIsReadOnly(f"{self.model.__name__} rows are never deleted.")


class Kept(models.Model):
    """A row that may move on and is never deleted."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise MirrorIsReadOnly(f"{type(self).__name__} rows are never deleted.")


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; refuse to change it."""
        if not self._state.adding:
            raise MirrorIsReadOnly(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise MirrorIsReadOnly(f"{type(self).__name__} rows are never deleted.")
