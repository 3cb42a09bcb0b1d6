"""What owners signed, in operations that ended before it was reduced when they end."""

import hashlib

from django.db import migrations


def reduce(apps, _editor):
    """Leave of each signature its digest and its end, of the request that carried it its digest."""
    ended = apps.get_model("accounts_app", "Operation").objects.filter(ended_at__isnull=False)
    for row in ended.filter(fields__has_key="signature").exclude(fields__has_key="signature_sha256").iterator():
        signature, body = str(row.fields["signature"]), bytes(row.body)
        row.fields = {
            **row.fields,
            "signature": f"…{signature[-8:]}",
            "signature_sha256": hashlib.sha256(signature.encode()).hexdigest(),
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        row.body = b""
        row.save(update_fields=["fields", "body"])


class Migration(migrations.Migration):
    dependencies = [("accounts_app", "0023_census")]
    operations = [migrations.RunPython(reduce, migrations.RunPython.noop, elidable=True)]
