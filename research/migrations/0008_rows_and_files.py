"""Remarks stand at rows of lists too, and versions refer to the files that they were delivered with."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("summary", "Summary"),
    ("market", "The market"),
    ("regulation", "Regulation"),
    ("competitors", "Competitors"),
    ("risks", "Risks"),
    ("recommendation", "Recommendation"),
    ("sources", "Sources"),
    ("figures", "Market figures"),
    ("candidates", "Startups to consider"),
]


def refer(apps, schema_editor):
    """To the files that are still there; those that were replaced before have gone."""
    versions = apps.get_model("research", "ReportVersion")
    files = apps.get_model("documents", "DocumentFile")
    kept = apps.get_model("research", "VersionFile")
    for version in versions.objects.iterator():
        wanted = [each.get("file_id") for each in version.content.get("documents", [])]
        for file in files.objects.filter(pk__in=[key for key in wanted if key], status="ready"):
            kept.objects.create(version=version, file=file)


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0001_initial"),
        ("research", "0007_reasons_as_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.documentfile"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="research.reportversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "file"), name="versionfile_once_in_version")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="reportremark", name="remark_kind_known_in_report"),
        migrations.AlterField(
            model_name="reportremark", name="kind", field=models.CharField(choices=KINDS, max_length=20)
        ),
        migrations.AddConstraint(
            model_name="reportremark",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]), name="remark_kind_known_in_report"
            ),
        ),
        migrations.RunPython(refer, migrations.RunPython.noop, elidable=True),
    ]
