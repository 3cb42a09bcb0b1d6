"""How bytes and texts are spoiled: a seeded choice of cuts, flips, repetitions and fragments."""

import random
from collections.abc import Callable, Sequence

Spoil = Callable[[random.Random, bytes], bytes]


def _place(chance: random.Random, data: bytes) -> tuple[int, int]:
    one, other = chance.randint(0, len(data)), chance.randint(0, len(data))
    return min(one, other), max(one, other)


def flip(chance: random.Random, data: bytes) -> bytes:
    """Change one byte."""
    if not data:
        return b"\0"
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def cut(chance: random.Random, data: bytes) -> bytes:
    """Take a piece out."""
    start, end = _place(chance, data)
    return data[:start] + data[end:]


def repeat(chance: random.Random, data: bytes) -> bytes:
    """Say a piece again, now and then very often."""
    start, end = _place(chance, data)
    times = chance.choice((2, 3, 3, 40)) if end - start < 200 else 2
    return data[:start] + data[start:end] * times + data[end:]


def swap(chance: random.Random, data: bytes) -> bytes:
    """Let two pieces change places."""
    start, end = _place(chance, data)
    return data[end:] + data[start:end] + data[:start]


def inserting(fragments: Sequence[bytes]) -> Spoil:
    """Put one of the fragments in, or in the place of a piece."""

    def insert(chance: random.Random, data: bytes) -> bytes:
        start, end = _place(chance, data)
        end = chance.choice((start, end))
        return data[:start] + chance.choice(fragments) + data[end:]

    return insert


def spoiled(chance: random.Random, data: bytes, spoils: Sequence[Spoil]) -> bytes:
    """Spoil it in one to four ways, one after the other."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(spoils)(chance, data)
    return data
