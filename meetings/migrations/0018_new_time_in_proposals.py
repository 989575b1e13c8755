from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0015_officers_lengths_and_hours_in_rounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='start',
            field=models.DateTimeField(null=True, verbose_name='new time'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='start_before',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='status',
            field=models.CharField(choices=[('open', 'Waiting for an answer'), ('agreed', 'Agreed'), ('replaced', 'Answered with another proposal'), ('refused', 'Not agreed'), ('lapsed', 'Not answered in time'), ('taken_back', 'Taken back'), ('ended', 'Ended with the request')], default='open', max_length=10),
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='proposal_status_known',
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'agreed', 'replaced', 'refused', 'lapsed', 'taken_back', 'ended'])), name='proposal_status_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('start', None), ('start_before', None)), models.Q(('start__isnull', False), ('start_before__isnull', False), ('start__gt', models.F('at')), models.Q(('start', models.F('start_before')), _negated=True)), _connector='OR'), name='proposal_new_time_of_a_booked_meeting'),
        ),
    ]
