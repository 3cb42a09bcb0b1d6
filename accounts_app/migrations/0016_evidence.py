"""Who may take evidence packs out of the system."""

from django.db import migrations

GROUPS = ("approver", "auditor")


def add_right(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions

    # Django itself makes permissions only after all migrations.
    create_permissions(real_apps.get_app_config("accounts_app"), verbosity=0, apps=apps)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    right = Permission.objects.get(
        codename="export_evidence", content_type__app_label="accounts_app"
    )
    for name in GROUPS:
        # A deployment may have renamed or removed the group since.
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0015_audit_chain")]

    operations = [
        migrations.AlterModelOptions(
            name="snapshot",
            options={
                "default_permissions": ("view",),
                "ordering": ["-id"],
                "permissions": [("export_evidence", "Can take evidence packs out of the system")],
            },
        ),
        migrations.RunPython(add_right, migrations.RunPython.noop),
    ]
