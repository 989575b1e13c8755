"""Addresses of the matching."""

from __future__ import annotations

from django.urls import path

from matchmaking.matches.views import (
    advice,
    capability_edits,
    compare,
    firm,
    learning,
    matrix,
    pair,
    policies,
    runs,
    search,
    shortlist_changes,
    shortlists,
    staff,
    startup,
    thesaurus,
    trials,
)

app_name = "matches"
urlpatterns = [
    path("firm/matches/", firm.recommended, name="list"),
    path("firm/matches/compare/", compare.compare, name="compare"),
    path("firm/matches/<int:pk>/put-aside/", firm.put_aside, name="put_aside"),
    path("firm/matches/<int:pk>/take-back/", firm.take_back, name="take_back"),
    path("matches/<int:pk>/", pair.detail, name="detail"),
    path("staff/matches/<int:pk>/note/", pair.write_note, name="note"),
    path("startup/interest/", startup.interest, name="interest"),
    path("search/startups/", search.startups, name="search_startups"),
    path("search/challenges/", search.challenges, name="search_challenges"),
    path("help/score/", pair.score_help, name="score_help"),
    path("staff/matches/", staff.match_list, name="staff"),
    path("staff/matches/matrix/", matrix.matrix, name="matrix"),
    path("staff/matches/matrix.csv", matrix.matrix_csv, name="matrix_csv"),
    path("staff/matches/disclose/", staff.disclose, name="disclose"),
    path("staff/matches/<int:pk>/dismiss/", staff.dismiss, name="dismiss"),
    path("staff/matches/<int:pk>/restore/", staff.restore, name="restore"),
    path("staff/policies/", policies.policy_list, name="policies"),
    path("staff/policies/new/", policies.draft_new, name="policy_new"),
    path("staff/policies/<int:pk>/", policies.policy_detail, name="policy"),
    path("staff/policies/<int:pk>/edit/", policies.draft_edit, name="policy_edit"),
    path("staff/policies/<int:pk>/discard/", policies.discard, name="policy_discard"),
    path("staff/policies/<int:pk>/put-in-force/", policies.put_in_force, name="policy_put_in_force"),
    path("staff/policies/<int:pk>/try/", trials.start, name="policy_try"),
    path("staff/policies/trials/<int:pk>/", trials.detail, name="trial"),
    path("staff/policies/trials/<int:pk>/progress/", trials.progress, name="trial_progress"),
    path("staff/policies/trials/<int:pk>/cancel/", trials.cancel, name="trial_cancel"),
    path("staff/policies/trials/<int:pk>/lists.csv", trials.table, name="trial_table"),
    path("staff/decisions/", learning.report, name="learning"),
    path("staff/decisions/draft/", learning.draft, name="learning_draft"),
    path("staff/advice/", advice.advice_list, name="advice"),
    path("staff/capabilities/", thesaurus.capability_list, name="capabilities"),
    path("staff/capabilities/try/", thesaurus.try_text, name="capability_try"),
    path("staff/capabilities/answered-badly/", thesaurus.answered_badly, name="capability_gaps"),
    path("staff/capabilities/balance/", thesaurus.supply_and_demand, name="capability_balance"),
    path("staff/capabilities/balance.csv", thesaurus.supply_and_demand_csv, name="capability_balance_csv"),
    path("staff/capabilities/new/", capability_edits.new, name="capability_new"),
    path("staff/capabilities/new/save/", capability_edits.new_save, name="capability_new_save"),
    path("staff/capabilities/draft/", capability_edits.draft, name="capability_draft"),
    path("staff/capabilities/draft/open/", capability_edits.draft_open, name="capability_draft_open"),
    path(
        "staff/capabilities/draft/discard/", capability_edits.draft_discard, name="capability_draft_discard"
    ),
    path(
        "staff/capabilities/draft/put-in-force/",
        capability_edits.draft_put_in_force,
        name="capability_draft_put",
    ),
    path("staff/capabilities/on/<slug:key>/", thesaurus.capability, name="capability"),
    path("staff/capabilities/on/<slug:key>/edit/", capability_edits.edit, name="capability_edit"),
    path(
        "staff/capabilities/on/<slug:key>/edit/save/", capability_edits.edit_save, name="capability_edit_save"
    ),
    path("staff/capabilities/on/<slug:key>/merge/", capability_edits.merge, name="capability_merge"),
    path("staff/capabilities/on/<slug:key>/retire/", capability_edits.retire, name="capability_retire"),
    path("staff/capabilities/on/<slug:key>/restore/", capability_edits.restore, name="capability_restore"),
    path("staff/runs/", runs.run_list, name="runs"),
    path("staff/runs/start/", runs.start, name="run_start"),
    path("staff/runs/<int:pk>/", runs.run_detail, name="run"),
    path("staff/runs/<int:pk>/progress/", runs.run_progress, name="run_progress"),
    path("staff/runs/<int:pk>/cancel/", runs.cancel, name="run_cancel"),
    path("staff/shortlists/", shortlists.drafts, name="shortlists"),
    path("staff/shortlists/start/", shortlists.start, name="shortlist_start"),
    path("staff/shortlists/rules/", shortlists.rules, name="shortlist_rules"),
    path("staff/shortlists/<int:pk>/", shortlists.detail, name="shortlist"),
    path("staff/shortlists/<int:pk>/progress/", shortlists.progress, name="shortlist_progress"),
    path("staff/shortlists/<int:pk>/discard/", shortlists.discard, name="shortlist_discard"),
    path("staff/shortlists/<int:pk>/disclose/", shortlist_changes.disclose, name="shortlist_disclose"),
    path("staff/shortlists/<int:pk>/firms/<int:company_pk>/", shortlist_changes.firm, name="shortlist_firm"),
    path(
        "staff/shortlists/<int:pk>/firms/<int:company_pk>/take-off/",
        shortlist_changes.take_off,
        name="shortlist_take_off",
    ),
    path(
        "staff/shortlists/<int:pk>/firms/<int:company_pk>/add/", shortlist_changes.add, name="shortlist_add"
    ),
]
