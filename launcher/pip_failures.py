"""Turns what pip printed into one sentence. A closed table: the rest is shown as it is."""

NO_SPACE = "The disk is full. Free some space and run the command again."
NO_NETWORK = (
    "The Python package index cannot be reached. Check the network connection "
    "(behind a proxy, set HTTPS_PROXY) and run the command again."
)
NO_TRUST = (
    "The Python package index's certificate is not trusted here. If your network inspects "
    "traffic, point PIP_CERT at its certificate file and run the command again."
)

# The order decides: a full disk is also reported as a failed connection, a bad certificate too.
SENTENCES = (
    ("No space left on device", NO_SPACE),
    ("Disk quota exceeded", NO_SPACE),
    ("CERTIFICATE_VERIFY_FAILED", NO_TRUST),
    ("problem confirming the ssl certificate", NO_TRUST),
    ("NewConnectionError", NO_NETWORK),
    ("NameResolutionError", NO_NETWORK),
    ("ConnectTimeoutError", NO_NETWORK),
    ("ReadTimeoutError", NO_NETWORK),
    ("ProxyError", NO_NETWORK),
    ("ProtocolError", NO_NETWORK),
    ("Read timed out", NO_NETWORK),
    ("Network is unreachable", NO_NETWORK),
    ("Temporary failure in name resolution", NO_NETWORK),
)


def sentence_for(output: str) -> str:
    """Return what to do about a failed installation; empty when the cause is not a known one."""
    return next((sentence for sign, sentence in SENTENCES if sign in output), "")
