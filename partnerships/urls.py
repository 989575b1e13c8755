"""Addresses of the partnerships."""

from __future__ import annotations

from django.urls import path

from partnerships.views import gates, learning, lists, outcomes, outcomes_office, page, records

app_name = "partnerships"
urlpatterns = [
    path("partnerships/", lists.mine, name="mine"),
    path("partnerships/<int:pk>/", page.detail, name="detail"),
    path("partnerships/<int:pk>/steps/new/", records.step_new, name="step_new"),
    path("partnerships/<int:pk>/documents/new/", records.paper_new, name="paper_new"),
    path("partnerships/documents/<int:pk>/file/", records.paper_file, name="paper_file"),
    path("partnerships/<int:pk>/amounts/new/", records.amount_new, name="amount_new"),
    path("partnerships/steps/<int:pk>/done/", records.step_done, name="step_done"),
    path("partnerships/entries/<slug:entry>/<int:pk>/take-out/", records.take_out, name="take_out"),
    path("partnerships/outcomes/<int:pk>/", outcomes.outcome, name="outcome"),
    path("outcomes/<str:token>/", outcomes.outcome_link, name="outcome_link"),
    path("outcomes/<str:token>/renew/", outcomes.outcome_link_renew, name="outcome_link_renew"),
    path("staff/partnerships/outcomes/", outcomes_office.outcome_list, name="outcomes"),
    path("staff/partnerships/outcomes/not-asked/", outcomes_office.not_asked, name="not_asked"),
    path("staff/partnerships/<int:pk>/ask/", outcomes_office.ask_missed, name="ask_missed"),
    path("staff/partnerships/outcomes/<int:pk>/", outcomes_office.outcome_staff, name="outcome_staff"),
    path("staff/partnerships/outcomes/<int:pk>/again/", outcomes_office.outcome_again, name="outcome_again"),
    path(
        "staff/partnerships/outcomes/<int:pk>/decide/", outcomes_office.outcome_decide, name="outcome_decide"
    ),
    path(
        "staff/partnerships/outcomes/<int:pk>/send/<slug:side>/",
        outcomes_office.outcome_send,
        name="outcome_send",
    ),
    path(
        "staff/partnerships/outcomes/<int:pk>/stop/<slug:side>/",
        outcomes_office.outcome_stop,
        name="outcome_stop",
    ),
    path("staff/partnerships/stalls/", learning.stalls, name="stalls"),
    path("staff/partnerships/stalls.csv", learning.stalls_csv, name="stalls_csv"),
    path("staff/partnerships/report/", learning.report, name="report"),
    path("staff/partnerships/report.csv", learning.report_csv, name="report_csv"),
    path("staff/partnerships/", lists.staff_list, name="staff"),
    path("staff/partnerships/board/", lists.board, name="board"),
    path("staff/partnerships/to-begin/", lists.to_begin, name="to_begin"),
    path("staff/partnerships/new/", page.begin, name="begin"),
    path("staff/partnerships/after/<int:request_pk>/", page.begin_after, name="begin_after"),
    path("staff/partnerships/<int:pk>/measures/new/", records.measure_new, name="measure_new"),
    path("staff/partnerships/<int:pk>/stage/<slug:to>/", page.move, name="move"),
    path("staff/partnerships/<int:pk>/end/", page.end, name="end"),
    path("staff/partnerships/checks/<int:pk>/", gates.check, name="check"),
    path("staff/partnerships/rules/", gates.rule_list, name="rules"),
    path("staff/partnerships/rules/new/", gates.rule_new, name="rule_new"),
    path("staff/partnerships/rules/<int:pk>/", gates.rule_edit, name="rule_edit"),
    path("staff/partnerships/rules/<int:pk>/compare/", gates.rule_compare, name="rule_compare"),
    path("staff/partnerships/rules/<int:pk>/use/", gates.rule_use, name="rule_use"),
]
