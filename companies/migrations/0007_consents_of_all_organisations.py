from django.db import migrations

SAME = ("country", "version", "language", "text", "agreed_by_id", "agreed_at")


def move_over(apps, schema_editor):
    """Consents of firms are consents like those of startups now."""
    consents = apps.get_model("accounts", "Consent").objects
    for old in apps.get_model("companies", "TransferConsent").objects.order_by("pk").iterator():
        consents.create(
            organisation_id=old.company_id,
            subject="transfer",
            ended_by_id=old.withdrawn_by_id,
            ended_at=old.withdrawn_at,
            **{name: getattr(old, name) for name in SAME},
        )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_consents"),
        ("companies", "0006_history_may_be_emptied"),
    ]

    operations = [
        migrations.RunPython(move_over),
        migrations.DeleteModel(name="TransferConsent"),
    ]
