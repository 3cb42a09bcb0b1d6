"""The groups that carry the rights, and the user in whose name the programme itself acts."""

from django.contrib.auth.hashers import make_password
from django.db import migrations

MIRROR = [
    "view_customer",
    "view_account",
    "view_card",
    "view_operation",
    "view_attempt",
    "view_snapshot",
    "view_discrepancy",
    "view_challenge",
]
REQUESTS = [
    "request_create_account",
    "request_sign_challenge",
    "request_refetch_challenge",
    "request_deactivate",
    "request_reactivate",
    "request_close",
    "refresh_mirror",
]
OPERATOR = [*MIRROR, *REQUESTS, "view_webhookevent"]
GROUPS = {
    "viewer": MIRROR,
    "operator": OPERATOR,
    "approver": [*OPERATOR, "decide_operation"],
    "auditor": [*MIRROR, "view_webhookevent", "view_auditentry", "view_logentry"],
}


def make_permissions(apps, app_label):
    """Make the app's permissions now: Django itself does so only after all migrations."""
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions

    create_permissions(real_apps.get_app_config(app_label), verbosity=0, apps=apps)


def make_groups(apps, schema_editor):
    for app_label in ("accounts_app", "admin"):
        make_permissions(apps, app_label)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        rights = Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=("accounts_app", "admin")
        )
        missing = set(codenames) - set(rights.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"The permissions {sorted(missing)} do not exist.")
        group.permissions.set(rights)


def make_system_user(apps, schema_editor):
    User = apps.get_model("auth", "User")
    User.objects.get_or_create(
        username="system",
        defaults={"is_active": False, "password": make_password(None), "last_name": "Programme"},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts_app", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(make_system_user, migrations.RunPython.noop),
    ]
