"""The image runs as nobody in particular and contains neither sandbox nor secrets."""

from tests.launcher.processes import ROOT

PRODUCT = ("manage.py", "backoffice", "accounts_app", "templates", "locale")
LINES = (ROOT / "Dockerfile").read_text().splitlines()


def test_the_image_runs_without_privileges() -> None:
    assert "USER backoffice" in LINES
    assert LINES.index("USER backoffice") < next(
        number for number, line in enumerate(LINES) if line.startswith("CMD")
    )


def test_the_image_takes_the_product_and_nothing_else() -> None:
    copied = [line.split()[1] for line in LINES if line.startswith("COPY")]
    assert copied == ["requirements.lock", *PRODUCT]


def test_the_build_sees_nothing_that_is_not_named() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    named = {rule[1:] for rule in rules if rule.startswith("!")}
    assert "*" in rules
    assert named == {"requirements.lock", *PRODUCT}


def test_the_image_says_whether_it_is_healthy() -> None:
    assert any(line.startswith("HEALTHCHECK") for line in LINES)
