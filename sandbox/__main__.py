"""`python -m sandbox`: the sandbox as a program."""

import argparse
import ipaddress
import json
import logging
import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from sandbox.errors import Refused
from sandbox.server import Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit status: 2 for a setting that cannot work."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(message)s", level=logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    try:
        sandbox = Sandbox(
            db=options.db,
            seed=options.seed,
            host=_host(options),
            port=options.port,
            api_key=options.api_key or _secret("SANDBOX_API_KEY"),
            api_secret=options.api_secret or _secret("SANDBOX_API_SECRET"),
            faults=_faults(options.faults),
            screening_seconds=options.screening_seconds,
            deployment_seconds=options.deployment_seconds,
            capture_seconds=options.capture_seconds,
            check_seconds=options.screening_seconds,
            change_seconds=options.change_seconds,
            close_needs_signature=options.close_needs_signature,
        )
        told = _signals()
        sandbox.start()
    except sqlite3.Error as error:
        return _give_up(options.port, ValueError(f"{options.db}: {error}"))
    except (OSError, ValueError, Refused) as error:
        return _give_up(options.port, error)
    _wait(sandbox, told)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=8001)
    add("--host", default="127.0.0.1", help="a loopback address")
    add("--allow-any-host", action="store_true", help="listen on --host whatever it is")
    add("--db", default="sandbox.sqlite3", help="SQLite file, or :memory:")
    add("--seed", type=int, help="makes ids, wallets and nonces repeatable")
    add("--faults", type=Path, metavar="FILE", help="JSON list of faults")
    add("--api-key", help="or SANDBOX_API_KEY, or SANDBOX_API_KEY_FILE")
    add("--api-secret", help="or SANDBOX_API_SECRET, or SANDBOX_API_SECRET_FILE")
    add("--screening-seconds", type=float, default=1)
    add("--deployment-seconds", type=float, default=2)
    add("--capture-seconds", type=float, default=1)
    add("--change-seconds", type=float, default=0)
    add("--close-needs-signature", action="store_true")
    return parser


def _host(options: argparse.Namespace) -> str:
    host = str(options.host)
    name = "127.0.0.1" if host == "localhost" else host
    if not options.allow_any_host and not ipaddress.ip_address(name).is_loopback:
        raise ValueError(f"{host} is not a loopback address; --allow-any-host permits it")
    return name


def _secret(name: str) -> str | None:
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name)


def _faults(file: Path | None) -> tuple[dict[str, object], ...]:
    if file is None:
        return ()
    scripts = json.loads(file.read_text())
    if not isinstance(scripts, list) or not all(isinstance(script, dict) for script in scripts):
        raise ValueError(f"{file} must hold a JSON list of objects")
    return tuple(scripts)


def _give_up(port: int, error: Exception) -> int:
    sentence = str(error)
    if isinstance(error, OSError) and "Address already in use" in sentence:
        sentence = f"port {port} is taken; stop what uses it or choose another with --port"
    sys.stderr.write(f"sandbox: {sentence}\n")
    return 2


def _signals() -> threading.Event:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told


def _wait(sandbox: Sandbox, told: threading.Event) -> None:
    logger = logging.getLogger("sandbox")
    logger.info("sandbox: provider API at %s, wallet at %s/wallet", sandbox.url, sandbox.root_url)
    logger.info("sandbox: api key %s", sandbox.api_key)
    if sandbox.options.api_secret is None:
        logger.info("sandbox: api secret %s, made here", sandbox.api_secret)
    told.wait()
    sandbox.stop()
    logger.info("sandbox: stopped")


if __name__ == "__main__":
    sys.exit(main())
