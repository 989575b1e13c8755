"""The parts of a score become an array of numbers; names that the score no longer has are not carried over."""

from django.db import migrations

import matchmaking.matches.models.parts

NAMES = (
    "need_e5",
    "need_use",
    "capability",
    "partner_e5",
    "partner_use",
    "field",
    "cooperation",
    "size",
    "stage",
    "language",
    "country",
    "advice",
)
PLACES = ", ".join(f"(parts->>'{name}')::smallint" for name in NAMES)
OBJECT = ", ".join(f"'{name}', parts[{place}]" for place, name in enumerate(NAMES, start=1))


class Migration(migrations.Migration):
    dependencies = [("matches", "0015_capability_readings")]

    operations = [
        migrations.RunSQL(
            f"alter table matches_match alter column parts type smallint[] using array[{PLACES}]",
            f"alter table matches_match alter column parts type jsonb"
            f" using jsonb_strip_nulls(jsonb_build_object({OBJECT}))",
            state_operations=[
                migrations.AlterField(
                    model_name="match",
                    name="parts",
                    field=matchmaking.matches.models.parts.PartsField(default=dict),
                )
            ],
        )
    ]
