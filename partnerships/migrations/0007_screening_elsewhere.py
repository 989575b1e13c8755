"""Screening in the host country, in general terms, for startups of countries of which no other check speaks.

Open partnerships that it concerns get it, as they do when staff write a new one.
"""

from django.db import migrations

TARGETS = ["AU", "ID", "IL", "IN", "SG", "VN"]
OPEN = ["exploring", "agreed", "proving", "negotiating"]
RULE = {
    "title_en": "Screening of foreign investment in the startup’s country",
    "title_ja": "スタートアップの所在国における外国投資審査",
    "text_en": "Ask the authority for foreign investment of the startup’s country, or counsel there, whether the investment "
    "needs an approval or a filing, whether its sector is restricted, and whether approval must be had before the "
    "contract takes effect.",
    "text_ja": "スタートアップの所在国の外国投資当局または現地の専門家に、この出資・買収に承認や届出が必要か、業種に制限が"
    "あるか、契約の効力発生前に承認が必要かを確認します。",
    "modes": ["investment", "acquisition"],
    "countries": [],
    "except_countries": TARGETS,
    "before": "signed",
    "source": "UNCTAD Investment Laws Navigator",
    "source_url": "https://investmentpolicy.unctad.org/investment-laws",
}


def deliver(apps, schema_editor):
    rule = apps.get_model("partnerships", "GateRule").objects.create(**RULE)
    concerned = apps.get_model("partnerships", "Partnership").objects.filter(
        status__in=OPEN, mode__in=RULE["modes"]
    )
    for partnership in concerned.exclude(startup__organisation__country__in=TARGETS):
        apps.get_model("partnerships", "GateCheck").objects.create(partnership=partnership, rule=rule)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0006_compared_rules")]

    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
