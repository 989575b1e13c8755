"""Who compared a legal check with its source; checks in general terms, for countries of which no other speaks."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0005_side_of_papers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='gaterule',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='gaterule',
            name='update_update',
        ),
        migrations.AddField(
            model_name='gaterule',
            name='checked_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gaterule',
            name='except_countries',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None, verbose_name='not for startups from'),
        ),
        migrations.AddField(
            model_name='gateruleevent',
            name='checked_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gateruleevent',
            name='except_countries',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None, verbose_name='not for startups from'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gaterule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partnerships_gateruleevent" ("before", "checked_by_id", "checked_on", "countries", "except_countries", "id", "in_use", "modes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "source_url", "text_en", "text_ja", "title_en", "title_ja") VALUES (NEW."before", NEW."checked_by_id", NEW."checked_on", NEW."countries", NEW."except_countries", NEW."id", NEW."in_use", NEW."modes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."source_url", NEW."text_en", NEW."text_ja", NEW."title_en", NEW."title_ja"); RETURN NULL;', hash='2dfdf5a101bbe65caf3700ab8931ea70d90d4104', operation='INSERT', pgid='pgtrigger_insert_insert_8645f', table='partnerships_gaterule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gaterule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "partnerships_gateruleevent" ("before", "checked_by_id", "checked_on", "countries", "except_countries", "id", "in_use", "modes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "source_url", "text_en", "text_ja", "title_en", "title_ja") VALUES (NEW."before", NEW."checked_by_id", NEW."checked_on", NEW."countries", NEW."except_countries", NEW."id", NEW."in_use", NEW."modes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."source_url", NEW."text_en", NEW."text_ja", NEW."title_en", NEW."title_ja"); RETURN NULL;', hash='1a3c46ef622fb01f6faa99808918775bb8c5b91f', operation='UPDATE', pgid='pgtrigger_update_update_4632e', table='partnerships_gaterule', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='gaterule',
            constraint=models.CheckConstraint(condition=models.Q(('countries', []), ('except_countries', []), _connector='OR'), name='gate_countries_or_exceptions'),
        ),
        migrations.AddConstraint(
            model_name='gaterule',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by', None), ('checked_on__isnull', False), _connector='OR'), name='gate_compared_on_a_day'),
        ),
    ]
