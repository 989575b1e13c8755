from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0004_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="link_query",
            field=models.JSONField(default=dict),
        ),
    ]
