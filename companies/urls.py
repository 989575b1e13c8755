"""Addresses of pages about firms."""

from __future__ import annotations

from django.urls import path

from companies.views import consents, eligibility, joining, own, staff

app_name = "companies"
urlpatterns = [
    path("firms/", staff.company_list, name="list"),
    path("firms/<int:pk>/", staff.detail, name="detail"),
    path("firms/<int:pk>/eligibility/", eligibility.eligibility, name="eligibility"),
    path("firm/setup/", own.setup, name="setup"),
    path("firm/setup/check/", own.check, name="check"),
    path("firm/setup/agreement/", consents.agreement, name="agreement"),
    path("firm/setup/<slug:step>/", own.step, name="step"),
    path("firm/setup/<slug:step>/later/", own.step_later, name="step_later"),
    path("firm/join/", joining.ask, name="join"),
    path("firm/profile/", own.own, name="own"),
    path("firm/consents/", consents.consents, name="consents"),
    path("firm/consents/<str:country>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path("firm/challenges/", own.challenges, name="challenges"),
    path("firm/challenges/concreteness/", own.concreteness, name="concreteness"),
    path("firm/challenges/new/", own.challenge_new, name="challenge_new"),
    path("firm/challenges/new/later/", own.challenge_later, name="challenge_new_later"),
    path("firm/challenges/<int:pk>/", own.challenge_edit, name="challenge_edit"),
    path("firm/challenges/<int:pk>/later/", own.challenge_later, name="challenge_later"),
]
