"""HTTP sessions that take nothing from the environment, keep no cookies and follow no redirect."""

from http.cookiejar import DefaultCookiePolicy

import requests

from accounts_app.offblocks.deadlines import DeadlineAdapter


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find nowhere to go on to.

        Told not to follow, requests prepares the next request all the same: for that it takes in
        the whole body, unpacked and however long, and fails on an address that is none.
        """


def new_session() -> requests.Session:
    """Return a session for one thread."""
    session = _Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update({"User-Agent": "accounts-back-office", "Accept": "application/json"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = DeadlineAdapter(max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
