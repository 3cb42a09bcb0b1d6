"""A deliberate defect: which text of which file becomes what, and whom it would hurt."""

from dataclasses import dataclass
from pathlib import Path


class Rotten(Exception):
    """The text a mutant changes is not there exactly once: the code has moved on."""


@dataclass(frozen=True)
class Mutant:
    """One defect.

    `harm` is what it would do to customers or staff; `tests` are the files or tests most likely to
    catch it, tried first. One that only shows where two connections write at once needs PostgreSQL:
    SQLite lets in one writer at a time.
    """

    name: str
    file: str
    old: str
    new: str
    harm: str
    tests: tuple[str, ...]
    needs_postgresql: bool = False

    def source(self, root: Path) -> str:
        """Return the file with the defect in it; raises Rotten."""
        text = (root / self.file).read_text()
        found = text.count(self.old)
        if found != 1:
            raise Rotten(f"{self.name}: {found} places instead of one in {self.file}")
        return text.replace(self.old, self.new)
