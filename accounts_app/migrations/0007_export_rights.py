"""Who may take lists out of the system; those of the audit are for auditors alone."""

from django.db import migrations

GROUPS = {
    "operator": ["export_lists"],
    "approver": ["export_lists"],
    "auditor": ["export_lists", "export_audit_lists"],
}


def add_rights(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions

    # Django itself makes permissions only after all migrations.
    create_permissions(real_apps.get_app_config("accounts_app"), verbosity=0, apps=apps)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        # A deployment may have renamed or removed the group since.
        group, _ = Group.objects.get_or_create(name=name)
        rights = Permission.objects.filter(
            codename__in=codenames, content_type__app_label="accounts_app"
        )
        if len(rights) != len(codenames):
            raise LookupError(f"Of the permissions {codenames} some do not exist.")
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0006_saved_views")]

    operations = [migrations.RunPython(add_rights, migrations.RunPython.noop)]
