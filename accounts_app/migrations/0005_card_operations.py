"""Operations about cards and whole customers, and who may ask for them."""

import django.db.models.deletion
from django.db import migrations, models

REQUESTS = [
    "request_deactivate_customer",
    "request_reactivate_customer",
    "request_deactivate_card",
    "request_reactivate_card",
    "request_terminate_card",
]


def add_rights(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions

    # Django itself makes permissions only after all migrations.
    create_permissions(real_apps.get_app_config("accounts_app"), verbosity=0, apps=apps)
    Permission = apps.get_model("auth", "Permission")
    rights = Permission.objects.filter(
        codename__in=REQUESTS, content_type__app_label="accounts_app"
    )
    for name in ("operator", "approver"):
        # A deployment may have renamed or removed the group since.
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0004_rights")]

    operations = [
        migrations.AlterModelOptions(
            name="operation",
            options={
                "default_permissions": ("view",),
                "ordering": ["-id"],
                "permissions": [
                    ("request_create_account", "Can ask to open an account"),
                    ("request_sign_challenge", "Can submit an owner's signature"),
                    ("request_refetch_challenge", "Can fetch a new challenge"),
                    ("request_deactivate", "Can ask to deactivate an account"),
                    ("request_reactivate", "Can ask to reactivate an account"),
                    ("request_close", "Can ask to close an account"),
                    ("request_deactivate_customer", "Can ask to deactivate a customer"),
                    ("request_reactivate_customer", "Can ask to reactivate a customer"),
                    ("request_deactivate_card", "Can ask to deactivate a card"),
                    ("request_reactivate_card", "Can ask to reactivate a card"),
                    ("request_terminate_card", "Can ask to terminate a card"),
                    ("decide_operation", "Can approve or reject another person's request"),
                    ("refresh_mirror", "Can read an entity anew from the provider"),
                ],
            },
        ),
        migrations.AddField(
            model_name="operation",
            name="card",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="operations",
                to="accounts_app.card",
            ),
        ),
        migrations.RunPython(add_rights, migrations.RunPython.noop),
    ]
