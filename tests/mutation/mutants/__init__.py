"""Every deliberate defect, by what it is in."""

from tests.mutation.mutants import (
    asking,
    deciding,
    events,
    mirror,
    recognition,
    sending,
    settling,
)

MUTANTS = (
    *asking.MUTANTS,
    *sending.MUTANTS,
    *settling.MUTANTS,
    *mirror.MUTANTS,
    *events.MUTANTS,
    *deciding.MUTANTS,
    *recognition.MUTANTS,
)
