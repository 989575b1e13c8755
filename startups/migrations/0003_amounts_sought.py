"""Amounts that were kept in US dollars alone become amounts in that currency."""

from django.db import migrations
from django.db.models import F


def name_the_currency(apps, schema_editor):
    apps.get_model("startups", "Startup").objects.filter(
        funding_sought_usd__isnull=False, sought_amount=None
    ).update(sought_amount=F("funding_sought_usd"), sought_currency="USD")


class Migration(migrations.Migration):
    dependencies = [("startups", "0002_evidence")]
    operations = [migrations.RunPython(name_the_currency, migrations.RunPython.noop)]
