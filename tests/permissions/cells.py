"""What a cell of the matrix says: which rights an address asks for, and how it answers."""

from dataclasses import dataclass

from tests.permissions.who import SIGNED_OUT, may


@dataclass(frozen=True)
class Cell:
    """What one method of one address asks for, and its answers.

    All of `rights` are needed; `answer` is for those who have them, `refusal` for who is signed in
    and has not. Who is signed out is sent to sign in, unless `signed_out` says otherwise.
    """

    rights: tuple[str, ...] = ()
    answer: int = 200
    refusal: int = 403
    signed_out: int = 302

    def is_allowed(self, who: str) -> bool:
        """Whether somebody may."""
        if who == SIGNED_OUT:
            return False
        return all(may(who, right) for right in self.rights)

    def expected(self, who: str) -> int:
        """Return the status that somebody is to get."""
        if who == SIGNED_OUT:
            return self.signed_out
        return self.answer if self.is_allowed(who) else self.refusal


@dataclass(frozen=True)
class Row:
    """What an address answers, by method."""

    get: Cell
    post: Cell


def shown(*rights: str) -> Cell:
    """Return the cell of a page, or of a file."""
    return Cell(rights)


def done(*rights: str) -> Cell:
    """Return the cell of an act, which leads on to where its result is seen."""
    return Cell(rights, answer=302)


def public(answer: int) -> Cell:
    """Return the cell of what everybody gets."""
    return Cell(answer=answer, refusal=answer, signed_out=answer)


def door(signed_in: int, signed_out: int = 302) -> Cell:
    """Return the cell of a page of sign-in, where no right is asked for."""
    return Cell(answer=signed_in, signed_out=signed_out)


NOBODY = Cell(("nobody has this right",))
# The method does not exist, for whoever is signed in.
NOT_TAKEN = Cell(answer=405)
NOT_FOUND = Cell(answer=404)
