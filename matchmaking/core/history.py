"""Tables that only grow: what was written stays as it was, and may at most be emptied for somebody's erasure.

The database itself says so. Writing down an erasure (an audit row of one of `ERASURES`) opens, for the rest of that
transaction, one way only (`core_only_empties`): a value becomes blank, or a JSON object loses keys. Nothing can be made
to say something else, no row goes, and what links rows (keys, states, kinds, times) stays: figures of past years hold.
"""

from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger

ERASURES = ("organisation.erased", "user.erased", "invitation.erased")
ERASURE = "portal.erasure"  # the audit row that tells of the erasure under way, in this transaction only
AUDIT_WORDS = ("actor_label", "target_label", "detail")

_REFUSE = "RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"


def empty_only() -> pgtrigger.Trigger:
    """For tables of history: neither changed nor deleted, only emptied."""
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF core_only_empties(to_jsonb(OLD), to_jsonb(NEW), NULL) THEN
                    RETURN NEW;
                END IF;
            END IF;
            {_REFUSE}
        """,
    )


def empty_words_only() -> pgtrigger.Trigger:
    """For the audit trail: names and details of earlier rows only, and each such row names the erasure it was for."""
    columns = ", ".join(f"'{name}'" for name in AUDIT_WORDS)
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF core_only_empties(
                    to_jsonb(OLD) - 'emptied_by', to_jsonb(NEW) - 'emptied_by', ARRAY[{columns}]
                ) AND OLD.id < current_setting('{ERASURE}')::bigint THEN
                    NEW.emptied_by := current_setting('{ERASURE}')::bigint;
                    RETURN NEW;
                END IF;
            END IF;
            {_REFUSE}
        """,
    )


def erasure_begins() -> pgtrigger.Trigger:
    """For the audit trail: whoever writes down an erasure may empty, until their transaction ends."""
    return pgtrigger.Trigger(
        name="erasure_begins",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.action IN {ERASURES}"),
        func=f"PERFORM set_config('{ERASURE}', NEW.id::text, true); RETURN NEW;",
    )


def track(*trackers: Any) -> Any:
    """Keep every state of a model, as `pghistory.track` does, in a table that can at most be emptied."""
    return pghistory.track(*trackers, append_only=False, meta={"triggers": [empty_only()]})
