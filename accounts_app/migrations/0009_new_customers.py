"""Registering customers: operations before there is one, their challenges, and who may ask."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

REQUESTS = [
    "request_create_customer",
    "request_sign_customer_challenge",
    "request_refetch_customer_challenge",
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


def related(model, related_name):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=f"accounts_app.{model}",
    )


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0008_timeline")]

    operations = [
        migrations.AlterModelOptions(
            name="operation",
            options={
                "default_permissions": ("view",),
                "ordering": ["-id"],
                "permissions": [
                    ("request_create_customer", "Can ask to register a customer"),
                    ("request_sign_customer_challenge", "Can submit a customer's signature"),
                    ("request_refetch_customer_challenge", "Can fetch a customer's new challenge"),
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
        migrations.AlterField("operation", "customer", related("customer", "operations")),
        migrations.AddConstraint(
            "operation",
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(account=None, card=None),
                name="what_hangs_from_a_customer_names_them",
            ),
        ),
        migrations.AlterField("challenge", "account", related("account", "challenges")),
        migrations.AddField("challenge", "customer", related("customer", "challenges")),
        migrations.AddConstraint(
            "challenge",
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="waiting"),
                name="one_waiting_challenge_per_customer",
            ),
        ),
        migrations.AddConstraint(
            "challenge",
            models.CheckConstraint(
                condition=Q(account=None, customer__isnull=False)
                | Q(account__isnull=False, customer=None),
                name="challenge_of_an_account_or_a_customer",
            ),
        ),
        migrations.RenameField("resolution", "account_id", "made_id"),
        migrations.RunPython(add_rights, migrations.RunPython.noop),
    ]
