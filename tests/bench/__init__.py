"""Measures the back-office beside a baseline of each kind of work: `make bench` (docs/bench.md)."""
