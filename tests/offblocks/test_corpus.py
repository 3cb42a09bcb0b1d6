"""The bad inputs as answers of the provider: unreadable when they are an answer, never a crash."""

import pytest

from accounts_app.offblocks.client import Client
from accounts_app.offblocks.errors import ProviderError, Unreadable
from tests.corpus.bodies import MALFORMED

from .far_end import FarEnd, answer
from .samples import ACCOUNT_ID


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_read_that_brings_it_is_unreadable(far_end: FarEnd, client: Client, body: bytes) -> None:
    far_end.will(answer(200, body))
    with pytest.raises(Unreadable):
        client.get_account(ACCOUNT_ID)


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_an_error_that_brings_it_is_still_an_error(
    far_end: FarEnd, client: Client, body: bytes
) -> None:
    far_end.will(answer(404, body))
    with pytest.raises(ProviderError):
        client.get_account(ACCOUNT_ID)
