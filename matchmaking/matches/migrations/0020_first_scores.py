"""What a pair's score was before a run first wrote it anew. Of earlier pairs the logged decisions tell."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0010_sorted_lists'),
        ('matches', '0019_trials_overtaken'),
        ('startups', '0008_sorted_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='match',
            name='first_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='match',
            name='first_policy',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.scoringpolicy'),
        ),
        migrations.AddField(
            model_name='match',
            name='first_score',
            field=models.DecimalField(decimal_places=1, editable=False, max_digits=4, null=True),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_at', None), ('first_policy', None), ('first_score', None)), models.Q(('first_at__isnull', False), ('first_policy__isnull', False), ('first_score__isnull', False), ('first_score__range', (0, 100))), _connector='OR'), name='match_first_score_whole'),
        ),
    ]
