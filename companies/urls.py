"""Addresses of pages about firms."""

from __future__ import annotations

from django.urls import path

from companies import views

app_name = "companies"
urlpatterns = [
    path("firms/", views.company_list, name="list"),
    path("firms/<int:pk>/", views.detail, name="detail"),
    path("firm/profile/", views.own, name="own"),
    path("firm/profile/submit/", views.submit, name="submit"),
    path("firm/profile/challenges/new/", views.challenge_new, name="challenge_new"),
    path("firm/profile/challenges/<int:pk>/", views.challenge_edit, name="challenge_edit"),
    path("firm/profile/<slug:section>/", views.edit, name="edit"),
]
