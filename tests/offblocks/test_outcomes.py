"""What each way to fail means: of a read, and of a change."""

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.transport import Transport

from .conftest import MakeTransport
from .far_end import Act, FarEnd, answer, drop, raw
from .samples import ACCOUNT_ID, CUSTOMER_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"
CUT = raw(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id":')
CUT_CHUNK = raw(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"id":')
CUT_HEADERS = raw(b"HTTP/1.1 200 OK\r\nContent-Ty")
UNFRAMED = raw(b"HTTP/1.1 200 OK\r\n\r\n{}")
BROKEN = [drop, CUT, CUT_CHUNK, CUT_HEADERS, UNFRAMED]
HUGE = answer(200, b"[" + b" " * 1_000_001)


def ask(transport: Transport) -> errors.ProviderError:
    """Read once and return the error."""
    with pytest.raises(errors.ProviderError) as caught:
        transport.read(PATH, retries=0)
    return caught.value


def send(transport: Transport, path: str = f"{PATH}/deactivate") -> errors.ProviderError:
    """Send a change once and return the error."""
    with pytest.raises(errors.ProviderError) as caught:
        transport.change("PATCH", path, b"", KEY, retries=0)
    return caught.value


def test_a_declined_change_tells_what_was_seen(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(400, {"code": "bad_input", "message": "no"}, X_Request_Id="r-7"))
    error = send(transport)
    assert type(error) is errors.InvalidRequest
    assert (error.status, error.code, error.request_id) == (400, "bad_input", "r-7")
    assert error.body_digest is not None
    assert "bad_input" in error.body_excerpt


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidRequest),
        (403, errors.NotAuthorised),
        (404, errors.NotFound),
        (405, errors.Refused),
        (409, errors.KeyInFlight),
        (410, errors.NotFound),
        (422, errors.KeyReused),
        (429, errors.Unavailable),
        (301, errors.OutcomeUnknown),
        (304, errors.OutcomeUnknown),
        (408, errors.OutcomeUnknown),
        (500, errors.OutcomeUnknown),
        (502, errors.OutcomeUnknown),
        (503, errors.OutcomeUnknown),
        (504, errors.OutcomeUnknown),
        (799, errors.OutcomeUnknown),
    ],
)
def test_a_change_is_judged_by_its_status(
    far_end: FarEnd, transport: Transport, status: int, kind: type[errors.ProviderError]
) -> None:
    far_end.will(answer(status))
    error = send(transport)
    assert (type(error), error.status) == (kind, status)
    assert len(far_end.seen) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidRequest),
        (403, errors.NotAuthorised),
        (404, errors.NotFound),
        (408, errors.Unavailable),
        (409, errors.WrongState),
        (429, errors.Unavailable),
        (302, errors.Unreadable),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_a_read_never_has_an_unknown_outcome(
    far_end: FarEnd, transport: Transport, status: int, kind: type[errors.ProviderError]
) -> None:
    far_end.will(answer(status))
    assert type(ask(transport)) is kind


@pytest.mark.parametrize("act", BROKEN)
def test_a_change_without_a_whole_answer_is_unknown(
    far_end: FarEnd, transport: Transport, act: Act
) -> None:
    far_end.will(act)
    assert type(send(transport)) is errors.OutcomeUnknown


@pytest.mark.parametrize("act", BROKEN)
def test_a_read_without_a_whole_answer_is_unavailable(
    far_end: FarEnd, transport: Transport, act: Act
) -> None:
    far_end.will(act)
    error = ask(transport)
    assert isinstance(error, errors.Unavailable)
    assert error.sent


def test_a_huge_answer_to_a_change_is_unknown(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(HUGE)
    assert type(send(transport)) is errors.OutcomeUnknown


def test_a_huge_answer_to_a_read_is_unreadable(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(HUGE)
    assert type(ask(transport)) is errors.Unreadable


def test_a_list_may_be_larger(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(HUGE)
    assert len(transport.read("/accounts", limit=2_000_000).body) == 1_000_002


def test_of_a_huge_error_only_the_beginning_is_read(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(404, b"gone " * 100_000))
    error = ask(transport)
    assert isinstance(error, errors.NotFound)
    assert len(error.body_excerpt) == errors.EXCERPT_LENGTH


def test_nothing_left_when_nobody_listens(make_transport: MakeTransport) -> None:
    error = send(make_transport("http://127.0.0.1:1/v1"))
    assert isinstance(error, errors.Unavailable)
    assert not error.sent


def test_nothing_left_when_only_the_token_failed(far_end: FarEnd, transport: Transport) -> None:
    far_end.token_script.append(drop)
    error = send(transport)
    assert isinstance(error, errors.Unavailable)
    assert not error.sent
    assert not far_end.seen


def test_told_to_wait_is_not_unknown(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(429, Retry_After="40"))
    error = send(transport)
    assert isinstance(error, errors.Unavailable)
    assert error.sent
    assert error.retry_after is not None
    assert error.retry_after.seconds == 40


def test_an_unavailable_change_is_unknown_and_says_when_to_look(
    far_end: FarEnd, transport: Transport
) -> None:
    far_end.will(answer(503, Retry_After="9"))
    error = send(transport)
    assert isinstance(error, errors.OutcomeUnknown)
    assert error.retry_after is not None
    assert error.retry_after.seconds == 9


@pytest.mark.parametrize(
    ("path", "label", "kind"),
    [
        ("/customers", "Customer already exists", errors.WrongState),
        ("/customers", "Key in flight", errors.KeyInFlight),
        (f"{PATH}/challenge/sign", "challenge already signed", errors.WrongState),
        (f"/customers/{CUSTOMER_ID}/challenge/sign", "ALREADY_SIGNED", errors.WrongState),
        (f"{PATH}/challenge/sign", "", errors.KeyInFlight),
        (f"{PATH}/cards", "already exists", errors.KeyInFlight),
    ],
)
def test_only_a_printed_label_makes_a_conflict_a_refusal(
    far_end: FarEnd, transport: Transport, path: str, label: str, kind: type[errors.ProviderError]
) -> None:
    far_end.will(answer(409, label.encode()))
    with pytest.raises(errors.ProviderError) as caught:
        transport.change("POST", path, b"{}", KEY, retries=0)
    assert type(caught.value) is kind
