"""Addresses of experts."""

from __future__ import annotations

from django.urls import path

from research import views

app_name = "research"
urlpatterns = [
    path("expert/profile/", views.own, name="own"),
    path("staff/experts/", views.experts, name="experts"),
]
