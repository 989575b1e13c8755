"""Addresses of pages about startups."""

from __future__ import annotations

from django.urls import path

from startups.views import looking, own

app_name = "startups"
urlpatterns = [
    path("startups/", looking.startup_list, name="list"),
    path("startups/<int:pk>/", looking.detail, name="detail"),
    path("startups/<int:pk>/profile/", looking.profile, name="profile"),
    path("startup/profile/", own.own, name="own"),
    path("startup/profile/submit/", own.submit, name="submit"),
    path("startup/profile/<slug:section>/", own.edit, name="edit"),
]
