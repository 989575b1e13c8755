"""Addresses of pages about startups."""

from __future__ import annotations

from django.urls import path

from startups.views import agreement, decks, looking, own, records

app_name = "startups"
urlpatterns = [
    path("startups/", looking.startup_list, name="list"),
    path("startups/<int:pk>/", looking.detail, name="detail"),
    path("startups/<int:pk>/profile/", looking.profile, name="profile"),
    path("startups/<int:pk>/deck/", decks.download, name="deck_file"),
    path("startups/<int:pk>/deck/pages/", looking.deck_pages, name="deck_pages"),
    path("startups/<int:pk>/deck/first-page.png", decks.first_page, name="deck_first_page"),
    path("startups/<int:pk>/deck/<int:number>.png", decks.thumbnail, name="deck_thumbnail"),
    path("startup/deck/", decks.own, name="deck"),
    path("startup/deck/state/", decks.state, name="deck_state"),
    path("startup/deck/delete/", decks.delete, name="deck_delete"),
    path("startup/deck/keep/", decks.keep, name="deck_keep"),
    path("startup/setup/", own.setup, name="setup"),
    path("startup/setup/check/", own.check, name="check"),
    path("startup/setup/agreement/", agreement.agree_to_all, name="agreement"),
    path("startup/setup/<slug:step>/", own.step, name="step"),
    path("startup/setup/<slug:step>/later/", own.step_later, name="step_later"),
    path("startup/concreteness/<slug:step>/", own.concreteness, name="concreteness"),
    path("startup/profile/", own.own, name="own"),
    path("startup/lists/<slug:kind>/", records.records, name="records"),
    path("startup/lists/<slug:kind>/add/", records.record_add, name="record_add"),
    path("startup/lists/<slug:kind>/<int:number>/remove/", records.record_remove, name="record_remove"),
    path("startup/lists/<slug:kind>/<int:number>/restore/", records.record_restore, name="record_restore"),
]
