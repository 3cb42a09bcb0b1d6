"""Settings as production would have them, with throw-away secrets, for `check --deploy`."""

import secrets
import subprocess
from pathlib import Path

from launcher import environment
from launcher.installation import PYTHON
from launcher.run_directory import RunDirectory, new_api_key, new_token
from launcher.supervisor import ROOT


def settings(folder: Path) -> dict[str, str]:
    """Return an environment whose secrets are files in this folder."""
    kept = RunDirectory(folder)
    ours, _ = _key_pair(kept, "ours")
    _, theirs = _key_pair(kept, "theirs")
    return {
        **environment.base(),
        "ALLOWED_HOSTS": "accounts.example.com",
        "DATABASE_URL": f"sqlite:///{kept.file('db.sqlite3')}",
        "OFFBLOCKS_API_KEY_FILE": str(kept.secret("api_key", new_api_key)),
        "OFFBLOCKS_API_SECRET_FILE": str(kept.secret("api_secret", new_token)),
        "OFFBLOCKS_BASE_URL": "https://provider.example.com/v1",
        "AUDIT_ANCHOR_DIRECTORY": str(kept.path),
        "AUDIT_ANCHOR_KEY_FILE": str(_anchor_key(kept)),
        "OFFBLOCKS_SIGNING_KEY_FILE": str(ours),
        "OFFBLOCKS_SIGNING_KEY_ID": secrets.token_hex(8),
        "OFFBLOCKS_WEBHOOK_KEY_ID": secrets.token_hex(8),
        "OFFBLOCKS_WEBHOOK_PUBLIC_KEY_FILE": str(theirs),
        "PUBLIC_URL": "https://accounts.example.com",
        "SECRET_KEY_FILE": str(kept.secret("secret_key", new_token)),
        "WORK_ENGINE": "celery",
    }


def _anchor_key(kept: RunDirectory) -> Path:
    path = kept.file("audit_anchor_key.pem")
    subprocess.run([str(PYTHON), "-m", "launcher.anchor_key", str(path)], cwd=ROOT, check=True)
    return path


def _key_pair(kept: RunDirectory, name: str) -> tuple[Path, Path]:
    private, public = kept.file(f"{name}.pem"), kept.file(f"{name}_public.pem")
    command = [str(PYTHON), "-m", "launcher.signing_key", str(private), str(public)]
    subprocess.run(command, cwd=ROOT, check=True)
    return private, public
