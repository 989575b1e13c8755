from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0022_times_after_publishing")]

    operations = [
        migrations.AddField(
            model_name="availability",
            name="consent",
            field=models.TextField(blank=True, max_length=500, verbose_name="how the organisation consented"),
        ),
    ]
