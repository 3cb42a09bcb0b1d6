"""The owner's wallet: a page where a challenge is pasted and its signature comes back."""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from sandbox import challenges
from sandbox.bodies import is_uuid
from sandbox.errors import Refused
from sandbox.world import World

PATH = "/wallet"
FOLDER = Path(__file__).parent / "wallet"
FILES = {
    "/wallet/wallet.css": ("wallet.css", "text/css; charset=utf-8"),
    "/wallet/wallet.js": ("wallet.js", "text/javascript; charset=utf-8"),
    "/wallet/wallet.svg": ("wallet.svg", "image/svg+xml"),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LONGEST = 8000  # characters of a challenge
BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}\b")


@dataclass(frozen=True)
class WalletPage:
    """Answers requests under /wallet. A GET reads a challenge, a POST signs it."""

    world: World

    def answer(self, request: Request) -> Response:
        """Show the page or one of its files."""
        if request.path in FILES and request.method in {"GET", "HEAD"}:
            name, content_type = FILES[request.path]
            return _response((FOLDER / name).read_bytes(), content_type)
        if request.path != PATH:
            raise NotFound
        if request.method in {"GET", "HEAD"}:
            return self._read(request.args.get("challenge"))
        if request.method == "POST":
            return self._sign(request.form.get("challenge", ""), request.form.get("wallet", ""))
        raise MethodNotAllowed(valid_methods=["GET", "POST"])

    def _read(self, pasted: str | None) -> Response:
        if pasted is None:
            return _page()
        try:
            text = _text(pasted)
        except Refused as refusal:
            return _page(challenge=pasted, problem=refusal.label)
        return _page(challenge=pasted.strip(), message=self._message(text, ""))

    def _sign(self, pasted: str, wallet: str) -> Response:
        try:
            text = _text(pasted)
        except Refused as refusal:
            return _page(challenge=pasted, problem=refusal.label)
        try:
            signature = self._signature(text, wallet)
        except Refused as refusal:
            message = self._message(text, wallet)
            return _page(challenge=pasted, problem=refusal.label, message=message)
        return _page(
            challenge=pasted,
            message=self._message(text, wallet, signed=True),
            signature=_fill("signature.html", signer=wallet, signature=signature),
        )

    def _signature(self, text: str, wallet: str) -> str:
        if not wallet:
            raise Refused(400, "Choose the wallet that signs.")
        if not self.world.wallets.keeps(wallet):
            raise Refused(400, "The key of this wallet is not kept here. Choose another one.")
        return self.world.sign(challenges.encode(text), wallet)

    def _message(self, text: str, chosen: str, *, signed: bool = False) -> str:
        named = self._named(text)
        return _fill(
            "message.html",
            text=text,
            encoded=challenges.encode(text),
            options=Markup(self._options(chosen or named)),
            found=_remark(named, chosen),
            sign_weight="calm" if signed else "",
        )

    def _named(self, text: str) -> str:
        """Return the kept wallet of the account or customer the challenge names, or ""."""
        for identifier in filter(is_uuid, UUID.findall(text)):
            entity = self.world.entities.find(identifier)
            if entity is not None and entity.kind == "account":
                entity = self.world.entities.find(entity.parent)
            if entity is not None and entity.kind == "customer":
                chain_id = str(entity.fields["chainId"])
                return chain_id if self.world.wallets.keeps(chain_id) else ""
        addresses = {address.lower() for address in ADDRESS.findall(text)}
        kept = self.world.wallets.all()
        return next((w for w in kept if w.rpartition(":")[2].lower() in addresses), "")

    def _options(self, chosen: str) -> str:
        owners = {
            str(customer.fields["chainId"]).lower(): str(customer.fields["externalId"])
            for customer in self.world.entities.all("customer")
        }
        lines = ['<option value="">Choose a wallet</option>']
        for chain_id in self.world.wallets.all():
            owner = owners.get(chain_id.lower(), "no customer yet")
            mark = " selected" if chain_id.lower() == chosen.lower() else ""
            label = escape(f"{owner}: {chain_id.rpartition(':')[2]}")
            lines.append(f'<option value="{escape(chain_id)}"{mark}>{label}</option>')
        return "\n".join(lines)


def _remark(named: str, chosen: str) -> str:
    if not named:
        return "The challenge names no wallet that is kept here: choose whose it is."
    if chosen in {"", named}:
        return "Chosen for you: the challenge is meant for this wallet."
    return "Careful: the challenge is meant for another wallet."


class Markup(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


def _text(pasted: str) -> str:
    # A form posts line ends as CR LF; the challenge has LF.
    text = challenges.read(pasted.replace("\r\n", "\n").strip())
    if not text:
        raise Refused(400, "Paste a challenge first.")
    if len(text) > LONGEST:
        raise Refused(400, "This is too long for a challenge. Copy only the challenge.")
    if BASE64.fullmatch(challenges.unbroken(text)):
        raise Refused(
            400,
            "This looks like base64, but not all of it is here. Copy the whole challenge again.",
        )
    return text


def _page(
    *, challenge: str = "", problem: str = "", message: str = "", signature: str = ""
) -> Response:
    notice = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    page = _fill(
        "page.html",
        challenge=challenge,
        problem=Markup(notice),
        message=Markup(message),
        signature=Markup(signature),
        read_weight="calm" if message else "",
        focus_challenge="" if message else "autofocus",
    )
    return _response(page.encode(), "text/html; charset=utf-8", 400 if problem else 200)


def _fill(name: str, **values: str) -> str:
    safe = {k: v if isinstance(v, Markup) else escape(v) for k, v in values.items()}
    return Template((FOLDER / name).read_text()).substitute(safe)


def _response(body: bytes, content_type: str, status: int = 200) -> Response:
    return Response(body, status=status, content_type=content_type, headers=HEADERS)
