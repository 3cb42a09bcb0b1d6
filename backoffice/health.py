"""Whether the process is up, whether it can work, and its numbers."""
