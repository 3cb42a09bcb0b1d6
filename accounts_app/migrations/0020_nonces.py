"""The memory of nonces: one row for each, added by the events' own trigger.

In the database, because a delivery may cost four statements and one commit: a look and an insert of
our own would be two more, and two deliveries at the same moment could both pass the look.
"""

from django.db import migrations, models

POSTGRESQL = """
CREATE FUNCTION accounts_app_remember_nonce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_app_nonce (digest, body_digest, seen_at)
    VALUES (NEW.nonce, NEW.digest, NEW.last_received_at)
    ON CONFLICT (digest) DO UPDATE SET seen_at = excluded.seen_at
    WHERE accounts_app_nonce.body_digest = excluded.body_digest;
    IF NOT FOUND THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'the nonce came with another body';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_app_remember_nonce
AFTER INSERT OR UPDATE OF nonce ON accounts_app_webhookevent
FOR EACH ROW WHEN (NEW.nonce <> '') EXECUTE FUNCTION accounts_app_remember_nonce();
"""
POSTGRESQL_BACK = """
DROP TRIGGER IF EXISTS accounts_app_remember_nonce ON accounts_app_webhookevent;
DROP FUNCTION IF EXISTS accounts_app_remember_nonce();
"""
SQLITE = """
CREATE TRIGGER accounts_app_remember_nonce_{when}
AFTER {event} ON accounts_app_webhookevent WHEN NEW.nonce <> ''
BEGIN
    SELECT RAISE(ABORT, 'the nonce came with another body') FROM accounts_app_nonce
    WHERE digest = NEW.nonce AND body_digest <> NEW.digest;
    INSERT INTO accounts_app_nonce (digest, body_digest, seen_at)
    VALUES (NEW.nonce, NEW.digest, NEW.last_received_at)
    ON CONFLICT (digest) DO UPDATE SET seen_at = excluded.seen_at;
END
"""
TRIGGERS = {"insert": "INSERT", "update": "UPDATE OF nonce"}


def remember(_apps, editor):
    """Make the trigger of this kind of database."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL, params=None)
        return
    for when, event in TRIGGERS.items():
        editor.execute(SQLITE.format(when=when, event=event), params=None)


def forget(_apps, editor):
    """Take it away; accounts_app.triggers takes all away before a migration."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL_BACK, params=None)
        return
    for when in TRIGGERS:
        editor.execute(f"DROP TRIGGER IF EXISTS accounts_app_remember_nonce_{when}", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0019_subscription_changes")]

    operations = [
        migrations.AddField(
            "webhookevent",
            "nonce",
            models.CharField(
                max_length=64,
                blank=True,
                default="",
                help_text="SHA-256 of the last delivery's key id and nonce, where its signature has one.",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "Nonce",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("body_digest", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(remember, forget),
    ]
