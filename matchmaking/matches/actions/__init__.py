"""What happens to policies, runs and matches: the only code that changes their state."""

from __future__ import annotations

from matchmaking.matches.actions.advice import give_advice, retire_advice
from matchmaking.matches.actions.capabilities import (
    NothingChanged,
    add_capability,
    bring_back,
    change_capability,
    discard_thesaurus,
    merge_capability,
    open_draft,
    parameters_for,
    put_thesaurus_in_force,
    retire_capability,
)
from matchmaking.matches.actions.decisions import log_decision
from matchmaking.matches.actions.drafts import discard_draft, draft_policy, edit_draft, put_in_force, seen_by
from matchmaking.matches.actions.pairs import (
    disclose,
    disclose_several,
    dismiss,
    end_match,
    restore,
    return_changed,
    write_note,
)
from matchmaking.matches.actions.policies import ensure_policy
from matchmaking.matches.actions.runs import RunUnderWay, cancel_run, fail_run, finish_run, start_run
from matchmaking.matches.actions.shortlists import (
    ListsChanged,
    ListsRefused,
    ShortlistsUnderWay,
    add_to_list,
    approve_lists,
    discard_shortlists,
    disclose_list,
    ensure_shortlist_rule,
    gather_shortlists,
    give_up_shortlists,
    set_shortlist_rule,
    start_shortlists,
    take_off_list,
    work_out_shortlists,
)
from matchmaking.matches.actions.thesauri import ensure_thesaurus
from matchmaking.matches.actions.trials import (
    TrialUnderWay,
    cancel_trial,
    fail_trial,
    finish_trial,
    start_trial,
)

__all__ = [
    "ListsChanged",
    "ListsRefused",
    "NothingChanged",
    "RunUnderWay",
    "ShortlistsUnderWay",
    "TrialUnderWay",
    "add_capability",
    "add_to_list",
    "approve_lists",
    "bring_back",
    "cancel_run",
    "cancel_trial",
    "change_capability",
    "discard_draft",
    "discard_shortlists",
    "discard_thesaurus",
    "disclose",
    "disclose_list",
    "disclose_several",
    "dismiss",
    "draft_policy",
    "edit_draft",
    "end_match",
    "ensure_policy",
    "ensure_shortlist_rule",
    "ensure_thesaurus",
    "fail_run",
    "fail_trial",
    "finish_run",
    "finish_trial",
    "gather_shortlists",
    "give_advice",
    "give_up_shortlists",
    "log_decision",
    "merge_capability",
    "open_draft",
    "parameters_for",
    "put_in_force",
    "put_thesaurus_in_force",
    "restore",
    "retire_advice",
    "retire_capability",
    "return_changed",
    "seen_by",
    "set_shortlist_rule",
    "start_run",
    "start_shortlists",
    "start_trial",
    "take_off_list",
    "work_out_shortlists",
    "write_note",
]
