"""Addresses of the partnerships."""

from __future__ import annotations

from django.urls import path

from partnerships.views import gates, lists, page, records

app_name = "partnerships"
urlpatterns = [
    path("partnerships/", lists.mine, name="mine"),
    path("partnerships/<int:pk>/", page.detail, name="detail"),
    path("partnerships/<int:pk>/steps/new/", records.step_new, name="step_new"),
    path("partnerships/<int:pk>/documents/new/", records.paper_new, name="paper_new"),
    path("partnerships/<int:pk>/amounts/new/", records.amount_new, name="amount_new"),
    path("partnerships/steps/<int:pk>/done/", records.step_done, name="step_done"),
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
    path("staff/partnerships/rules/<int:pk>/use/", gates.rule_use, name="rule_use"),
]
