"""Addresses of the reader's own account and of the audit trail."""

from __future__ import annotations

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("audit/", views.audit_trail, name="audit"),
]
