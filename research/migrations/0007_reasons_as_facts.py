"""Why an assessment was not given is kept as a reason of the list and what was written about it, not as one text."""

from django.db import migrations, models
from django.db.models import Q
from django.utils import translation

from research.enums import RefusalReason


def tell_apart(apps, schema_editor):
    """The first line was the reason in the expert's language; words of any other beginning are another reason."""
    requests = apps.get_model("research", "AdviceRequest")
    known = {}
    for language in ("ja", "en"):
        with translation.override(language):
            known |= {str(each.label): each.value for each in RefusalReason}
    for asked in requests.objects.exclude(decline_text=""):
        first, _line, rest = asked.decline_text.partition("\n")
        asked.decline_reason = known.get(first, RefusalReason.OTHER.value)
        asked.decline_text = rest if first in known else asked.decline_text
        asked.save(update_fields=["decline_reason", "decline_text"])


class Migration(migrations.Migration):

    dependencies = [
        ("research", "0006_documents"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="advicerequest", name="advicerequest_declined_has_reason"),
        migrations.RenameField(model_name="advicerequest", old_name="decline_reason", new_name="decline_text"),
        migrations.AlterField(
            model_name="advicerequest",
            name="decline_text",
            field=models.TextField(blank=True, max_length=2000, verbose_name="in your words"),
        ),
        migrations.AddField(
            model_name="advicerequest",
            name="decline_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("conflict", "A conflict of interest"),
                    ("time", "No time before the deadline"),
                    ("field", "Outside my field"),
                    ("other", "Another reason"),
                ],
                default="",
                max_length=10,
                verbose_name="reason",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="advicerequest",
            constraint=models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decline_reason=""), name="advicerequest_declined_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="advicerequest",
            constraint=models.CheckConstraint(
                condition=Q(decline_reason__in=["", "conflict", "time", "field", "other"]),
                name="advicerequest_decline_reason_known",
            ),
        ),
    ]
