"""Where the list as it first came is still in force, the list as it comes now waits as a draft to be looked over."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Max

from matchmaking.matches.engine.thesaurus import load_thesaurus

FIRST = "426780ea18dd"  # the fingerprint of the list that the portal was first delivered with
TEXTS = ("field", "group", "label_ja", "label_en", "gloss_ja", "gloss_en")
ALIASES = ("aliases_ja", "aliases_en")


def offer(apps: Any, schema_editor: Any) -> None:
    """An administrator sees what it changes, tries it and puts it in force, as any other draft."""
    versions, entries = (apps.get_model("matches", name) for name in ("ThesaurusVersion", "CapabilityEntry"))
    is_untouched = versions.objects.filter(status="in_force", fingerprint=FIRST).exists()
    if not is_untouched or versions.objects.filter(status="draft").exists():
        return
    thesaurus = load_thesaurus()
    number = versions.objects.aggregate(latest=Max("number"))["latest"] + 1
    draft = versions.objects.create(number=number, status="draft", fingerprint=thesaurus.version)
    entries.objects.bulk_create(
        entries(
            version=draft,
            key=item.id,
            place=place,
            **{name: getattr(item, name) for name in TEXTS},
            **{name: list(getattr(item, name)) for name in ALIASES},
        )
        for place, item in enumerate(thesaurus.capabilities)
    )


class Migration(migrations.Migration):
    dependencies = [("matches", "0016_parts_in_places")]
    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
