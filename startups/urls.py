"""Addresses of pages about startups."""

from __future__ import annotations

from django.urls import path

from startups import views

app_name = "startups"
urlpatterns = [
    path("startups/", views.startup_list, name="list"),
    path("startups/<int:pk>/", views.detail, name="detail"),
    path("startups/<int:pk>/profile/", views.profile, name="profile"),
    path("startup/profile/", views.own, name="own"),
    path("startup/profile/submit/", views.submit, name="submit"),
    path("startup/profile/<slug:section>/", views.edit, name="edit"),
]
