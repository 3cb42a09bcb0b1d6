"""The one way the sandbox says no: a status and a short label, as the provider does."""


class Refused(Exception):
    """A request is declined; `label` is all the caller gets to read."""

    def __init__(self, status: int, label: str) -> None:
        super().__init__(label)
        self.status = status
        self.label = label
