"""All addresses: one include a line. Every page has the reader's language in its address."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from matchmaking import home

urlpatterns = i18n_patterns(
    path("", home.start, name="home"),
    path("", include("matchmaking.core.urls")),
    path("", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("", include("companies.urls")),
    path("", include("startups.urls")),
    path("", include("documents.urls")),
    path("", include("matchmaking.matches.urls")),
    path("", include("meetings.urls")),
    path("", include("research.urls")),
    path("", include("partnerships.urls")),
)
