"""The use-cases: what staff ask for, what the provider tells, and how one becomes the other."""
