"""What a broken invariant raises."""


class Violation(AssertionError):
    """An invariant does not hold; `number` is its name, as in I1."""

    def __init__(self, number: str, sentence: str) -> None:
        super().__init__(f"{number}: {sentence}")
        self.number = number


def demand(number: str, holds: object, sentence: str) -> None:
    """Raise Violation unless it holds."""
    if not holds:
        raise Violation(number, sentence)
