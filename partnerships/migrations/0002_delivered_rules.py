"""The legal checks that come with the portal. Staff compare each with its source, change it, or take it out of use."""

import json
from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent.parent / "data" / "gate_rules.json"


def deliver(apps, schema_editor):
    rule = apps.get_model("partnerships", "GateRule")
    for row in json.loads(RULES.read_text(encoding="utf-8")):
        rule.objects.create(**row)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]

    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
