import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0015_officers_lengths_and_hours_in_rounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='interpreter',
            name='fields',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('decarbonization', 'Decarbonization'), ('healthcare', 'Health care'), ('mobility', 'Mobility'), ('retail', 'Retail'), ('agritech', 'Agritech')], max_length=20), blank=True, default=list, size=None, verbose_name='fields'),
        ),
        migrations.AddConstraint(
            model_name='interpreter',
            constraint=models.CheckConstraint(condition=models.Q(('fields__contained_by', ['decarbonization', 'healthcare', 'mobility', 'retail', 'agritech'])), name='interpreter_fields_known'),
        ),
    ]
