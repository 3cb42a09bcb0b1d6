"""What must stay true, each rule a small function named after its number; see `CHECKS`."""

from tests.simulation.invariants import audit, mirror, operations
from tests.simulation.invariants.violation import Violation

CHECKS = (*operations.CHECKS, *mirror.CHECKS, *audit.CHECKS)

__all__ = ["CHECKS", "Violation"]
