"""Who may pause, compare and resolve; and the one row about the way to the provider."""

from django.db import migrations

SEEN_BY_ALL = ["view_pause", "view_reconciliation", "view_drift", "view_resolution"]
SEEN_BY_STAFF = ["view_contact", "view_job", "view_refuseddelivery"]
OPERATOR = ["propose_resolution", "pause_sending", "run_reconciliation"]
APPROVER = ["confirm_resolution", "resume_sending"]
GROUPS = {
    "viewer": SEEN_BY_ALL,
    "operator": [*SEEN_BY_ALL, *SEEN_BY_STAFF, *OPERATOR],
    "approver": [*SEEN_BY_ALL, *SEEN_BY_STAFF, *OPERATOR, *APPROVER],
    "auditor": [*SEEN_BY_ALL, *SEEN_BY_STAFF],
}


def add_rights(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions

    # Django itself makes permissions only after all migrations.
    create_permissions(real_apps.get_app_config("accounts_app"), verbosity=0, apps=apps)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        rights = Permission.objects.filter(
            codename__in=codenames, content_type__app_label="accounts_app"
        )
        missing = set(codenames) - set(rights.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"The permissions {sorted(missing)} do not exist.")
        # A deployment may have renamed or removed the group since.
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*rights)


def add_contact(apps, schema_editor):
    apps.get_model("accounts_app", "Contact").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0003_faults")]

    operations = [
        migrations.RunPython(add_rights, migrations.RunPython.noop),
        migrations.RunPython(add_contact, migrations.RunPython.noop),
    ]
