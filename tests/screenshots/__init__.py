"""Pictures of the key pages for the README and the staff guide, taken from the seeded demo."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "img"
