"""Everything we know about one customer or account in a period, in one signed file for a regulator.

It can be read and checked without this software: docs/evidence.md tells how, and so does the pack.
"""
