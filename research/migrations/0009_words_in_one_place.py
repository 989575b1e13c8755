"""What an expert said of a criterion is kept once: in the advice, no longer beside the mark as well."""

from django.db import migrations, models

GONE = "—"  # what stands where a text was erased


def keep_in_the_advice(apps, schema_editor):
    """Both were written at once and say the same; whatever only the mark says goes to the advice before it is lost."""
    marks = apps.get_model("research", "Mark").objects.exclude(reason=GONE).select_related("advice")
    for mark in marks.order_by("pk"):
        advice = apps.get_model("matches", "ExpertAdvice").objects.get(pk=mark.advice_id)
        known = advice.reasons.get(mark.criterion, "")
        if mark.reason not in known:
            advice.reasons[mark.criterion] = f"{known}\n{mark.reason}" if known else mark.reason
            advice.save(update_fields=["reasons"])


def keep_beside_the_mark_too(apps, schema_editor):
    """Back again. Words that were erased stay erased."""
    for mark in apps.get_model("research", "Mark").objects.select_related("advice"):
        mark.reason = mark.advice.reasons.get(mark.criterion) or GONE
        mark.save(update_fields=["reason"])


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0023_reasons_as_facts"),
        ("research", "0008_rows_and_files"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="mark", name="mark_has_reason"),
        migrations.RunPython(keep_in_the_advice, keep_beside_the_mark_too, elidable=True),
        migrations.AlterField(  # so that the column has something in it when this is undone
            model_name="mark", name="reason", field=models.TextField(default=GONE, max_length=600)
        ),
        migrations.RemoveField(model_name="mark", name="reason"),
    ]
