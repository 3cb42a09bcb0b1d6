from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts_app', '0026_flat_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='operation',
            name='maker_device',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='resolution',
            name='proposer_device',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
