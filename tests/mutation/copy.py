"""A copy of the tree in which defects are seeded: the tree itself is never touched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutation.mutant import Mutant

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".run", ".env", "__pycache__", ".*_cache", "*.sqlite3*", "staticfiles"
)


class Copy:
    """A copy of the tree in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)

    @contextmanager
    def holding(self, mutant: Mutant) -> Iterator[None]:
        """Have the defect in the copy until the block ends."""
        path = self.root / mutant.file
        sound = path.read_text()
        path.write_text(mutant.source(self.root))
        try:
            yield
        finally:
            path.write_text(sound)
