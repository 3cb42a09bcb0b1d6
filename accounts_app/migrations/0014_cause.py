"""Why an operation is asked for, in a word that lists can be made of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0013_search_indexes")]

    operations = [
        migrations.AddField("operation", "cause", models.CharField(blank=True, max_length=32)),
    ]
