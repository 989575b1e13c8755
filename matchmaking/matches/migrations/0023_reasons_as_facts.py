"""What an expert said is kept by criterion, not as one text with the criteria in the expert's language."""

from django.db import migrations, models
from django.db.models import Q

GONE = "—"  # what stands where a text was erased


def tell_apart(apps, schema_editor):
    """By the marks that were given with it; what was given without marks, or erased, is about the whole."""
    marks = apps.get_model("research", "Mark").objects
    for advice in apps.get_model("matches", "ExpertAdvice").objects.all():
        said = dict(marks.filter(advice=advice.pk).values_list("criterion", "reason"))
        is_whole = not said or advice.worded == GONE
        advice.reasons = {"": advice.worded} if is_whole else said
        advice.save(update_fields=["reasons"])


def put_together(apps, schema_editor):
    """Back again: the words, without the names of the criteria."""
    for advice in apps.get_model("matches", "ExpertAdvice").objects.all():
        advice.worded = "\n".join(advice.reasons.values())
        advice.save(update_fields=["worded"])


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0022_recalibrated_policy"),
        ("research", "0008_rows_and_files"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="expertadvice", name="advice_has_reasons"),
        migrations.RenameField(model_name="expertadvice", old_name="reasons", new_name="worded"),
        migrations.AlterField(
            model_name="expertadvice",
            name="worded",
            field=models.TextField(default="", max_length=2000),
        ),
        migrations.AddField(
            model_name="expertadvice",
            name="reasons",
            field=models.JSONField(default=dict, verbose_name="reasons"),
            preserve_default=False,
        ),
        migrations.RunPython(tell_apart, put_together, elidable=True),
        migrations.RemoveField(model_name="expertadvice", name="worded"),
        migrations.AddConstraint(
            model_name="expertadvice",
            constraint=models.CheckConstraint(
                condition=Q(reasons__contains={}) & ~Q(reasons={}), name="advice_has_reasons"
            ),
        ),
    ]
