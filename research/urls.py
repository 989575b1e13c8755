"""Addresses of experts and of research."""

from __future__ import annotations

from django.urls import path

from research.views import asking, assignments, commissions, experts, firm

app_name = "research"
urlpatterns = [
    path("expert/profile/", experts.own, name="own"),
    path("expert/<int:pk>/", assignments.assignment, name="assignment"),
    path("expert/<int:pk>/accept/", assignments.accept, name="accept"),
    path("expert/<int:pk>/refuse/", assignments.refuse, name="refuse"),
    path("staff/experts/", experts.experts, name="experts"),
    path("staff/experts/<int:pk>/", experts.expert, name="expert"),
    path("staff/research/", commissions.commissions, name="commissions"),
    path("staff/research/<int:pk>/", commissions.commission, name="commission"),
    path("staff/research/<int:pk>/assign/", commissions.assign, name="assign"),
    path("staff/research/<int:pk>/cancel/", commissions.cancel, name="cancel"),
    path("research/", firm.own_list, name="own_list"),
    path("research/<int:pk>/", firm.own_commission, name="own_commission"),
    path("research/ask/", asking.ask, name="ask"),
    path("research/ask/check/", asking.ask_check, name="ask_check"),
    path("research/ask/send/", asking.ask_send, name="ask_send"),
]
