"""The thesaurus that comes with the portal is the first edition in force."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

from matchmaking.matches.engine.thesaurus import load_thesaurus

TEXTS = ("field", "group", "label_ja", "label_en", "gloss_ja", "gloss_en")
ALIASES = ("aliases_ja", "aliases_en")


def deliver(apps: Any, schema_editor: Any) -> None:
    versions, entries = (apps.get_model("matches", name) for name in ("ThesaurusVersion", "CapabilityEntry"))
    if versions.objects.exists():
        return
    thesaurus = load_thesaurus()
    version = versions.objects.create(
        number=1, status="in_force", fingerprint=thesaurus.version, in_force_since=timezone.now()
    )
    entries.objects.bulk_create(
        entries(
            version=version,
            key=item.id,
            place=place,
            **{name: getattr(item, name) for name in TEXTS},
            **{name: list(getattr(item, name)) for name in ALIASES},
        )
        for place, item in enumerate(thesaurus.capabilities)
    )


class Migration(migrations.Migration):
    dependencies = [("matches", "0009_thesauri")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
