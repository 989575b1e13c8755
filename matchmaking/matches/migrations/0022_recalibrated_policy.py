"""Where the policy as it first came is still in force, the one calibrated anew waits as a draft to be looked over."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Max

from matchmaking.matches.engine.policy import load_policy

FIRST = 2  # what the portal was delivered with before firms were asked how ready a solution must be


def offer(apps: Any, schema_editor: Any) -> None:
    """An administrator sees what it changes, tries it and puts it in force, as any other draft."""
    policies = apps.get_model("matches", "ScoringPolicy")
    current = policies.objects.filter(status="in_force", based_on=None).first()
    delivered = load_policy()
    if current is None or policies.objects.filter(status="draft").exists():
        return
    held = current.parameters
    is_untouched = held["version"] == FIRST and held["weights"] == dict(delivered.weights)
    if not is_untouched or held["thesaurus"] != delivered.thesaurus:
        return
    version = policies.objects.aggregate(latest=Max("version"))["latest"] + 1
    # Based on nothing: an edited draft is made of what it is based on, and would lose what was calibrated anew.
    parameters = {**delivered.to_dict(), "version": version}
    policies.objects.create(version=version, status="draft", parameters=parameters)


class Migration(migrations.Migration):
    dependencies = [("matches", "0021_last_places")]
    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
