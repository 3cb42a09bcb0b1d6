"""One command per module; each is an edge that calls the use-cases."""
