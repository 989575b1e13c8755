from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0016_fields_of_interpreters'),
    ]

    operations = [
        migrations.AlterField(
            model_name='meeting',
            name='link',
            field=models.URLField(blank=True, max_length=1000, verbose_name='address of the video meeting'),
        ),
        migrations.AlterField(
            model_name='meetingevent',
            name='link',
            field=models.URLField(blank=True, max_length=1000, verbose_name='address of the video meeting'),
        ),
        migrations.AlterField(
            model_name='room',
            name='link',
            field=models.URLField(blank=True, max_length=1000, verbose_name='address of the video meeting'),
        ),
    ]
