"""Addresses of experts and of research."""

from __future__ import annotations

from django.urls import path

from research.views import (
    advice,
    asking,
    assignments,
    commissions,
    conflicts,
    delivered,
    experts,
    firm,
    reading,
    writing,
)

app_name = "research"
urlpatterns = [
    path("expert/profile/", experts.own, name="own"),
    path("expert/conflicts/", conflicts.own, name="conflicts"),
    path("expert/<int:pk>/", assignments.assignment, name="assignment"),
    path("expert/<int:pk>/accept/", assignments.accept, name="accept"),
    path("expert/<int:pk>/refuse/", assignments.refuse, name="refuse"),
    path("expert/<int:pk>/report/", writing.report, name="report"),
    path("expert/<int:pk>/report/deliver/", writing.deliver, name="deliver"),
    path("expert/<int:pk>/report/figures/add/", writing.add_figure, name="add_figure"),
    path("expert/<int:pk>/report/candidates/add/", writing.add_candidate, name="add_candidate"),
    path("expert/<int:pk>/report/documents/add/", writing.add_document, name="add_document"),
    path("expert/<int:pk>/report/<slug:what>/<int:row>/remove/", writing.remove, name="remove"),
    path("expert/<int:pk>/report/<slug:kind>/", writing.save_section, name="save_section"),
    path("staff/experts/", experts.experts, name="experts"),
    path("staff/experts/<int:pk>/", experts.expert, name="expert"),
    path("staff/experts/conflicts/<int:pk>/take-back/", conflicts.take_back, name="take_back_conflict"),
    path("staff/research/", commissions.commissions, name="commissions"),
    path("staff/research/advice/", advice.assessments, name="assessments"),
    path("staff/research/advice/ask/", advice.ask, name="ask_advice"),
    path("staff/research/advice/<int:pk>/take-back/", advice.take_back, name="take_back_advice"),
    path("expert/advice/<int:pk>/", advice.assess, name="assess"),
    path("expert/advice/<int:pk>/decline/", advice.decline, name="decline_advice"),
    path("staff/research/files/<int:pk>/", delivered.document, name="delivered_document"),
    path("staff/research/files/<int:pk>/file/", delivered.whole, name="delivered_file"),
    path("staff/research/files/<int:pk>/first-page.png", delivered.first_page, name="delivered_first_page"),
    path("staff/research/files/<int:pk>/<int:number>.png", delivered.thumbnail, name="delivered_thumbnail"),
    path("staff/research/<int:pk>/", commissions.commission, name="commission"),
    path("staff/research/<int:pk>/assign/", commissions.assign, name="assign"),
    path("staff/research/<int:pk>/cancel/", commissions.cancel, name="cancel"),
    path("staff/research/<int:pk>/return/", reading.return_, name="return"),
    path("staff/research/<int:pk>/publish/", reading.publish, name="publish"),
    path("staff/research/<int:pk>/<int:number>/", reading.version, name="version"),
    path("staff/research/<int:pk>/<int:number>/report.docx", reading.version_word, name="version_word"),
    path("research/", firm.own_list, name="own_list"),
    path("research/<int:pk>/", firm.own_commission, name="own_commission"),
    path("research/<int:pk>/report.docx", firm.own_word, name="own_word"),
    path("research/ask/", asking.ask, name="ask"),
    path("research/ask/check/", asking.ask_check, name="ask_check"),
    path("research/ask/send/", asking.ask_send, name="ask_send"),
]
