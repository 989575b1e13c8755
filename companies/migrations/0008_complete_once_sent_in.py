"""A firm that waits for review or takes part has a prefecture and an industry, whatever the code above does.

The state lies in one table and the answers in another, so no check constraint can say it; two triggers can: one when
the answers are written, one when the state changes. They raise what a check constraint would, with its name.
"""

from django.db import migrations

WITHOUT = "(prefecture = '' OR industry = '')"
SENT_IN = "('submitted', 'published')"
REFUSE = """
    RAISE EXCEPTION 'new row violates check constraint "company_complete_once_sent_in"'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'company_complete_once_sent_in';
"""
FORWARD = f"""
CREATE FUNCTION company_complete_when_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.prefecture = '' OR NEW.industry = '') AND EXISTS (
        SELECT 1 FROM accounts_organisation WHERE id = NEW.organisation_id AND status IN {SENT_IN}
    ) THEN {REFUSE}
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER company_complete_when_written BEFORE INSERT OR UPDATE OF prefecture, industry ON companies_company
    FOR EACH ROW EXECUTE FUNCTION company_complete_when_written();

CREATE FUNCTION company_complete_when_sent_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM companies_company WHERE organisation_id = NEW.id AND {WITHOUT}) THEN {REFUSE}
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER company_complete_when_sent_in BEFORE UPDATE OF status ON accounts_organisation
    FOR EACH ROW WHEN (NEW.status IN {SENT_IN}) EXECUTE FUNCTION company_complete_when_sent_in();
"""
BACKWARD = """
DROP TRIGGER company_complete_when_sent_in ON accounts_organisation;
DROP FUNCTION company_complete_when_sent_in;
DROP TRIGGER company_complete_when_written ON companies_company;
DROP FUNCTION company_complete_when_written;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_consents"),
        ("companies", "0007_consents_of_all_organisations"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
