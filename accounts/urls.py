"""Addresses of the reader's own account, of decisions about profiles, and of the audit trail."""

from __future__ import annotations

from django.urls import path

from accounts.views import audit, reviews, settings

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("audit/", audit.audit_trail, name="audit"),
    path("organisations/<int:pk>/publish/", reviews.publish, name="publish"),
    path("organisations/<int:pk>/return/", reviews.return_for_changes, name="return"),
    path("organisations/<int:pk>/suspend/", reviews.suspend, name="suspend"),
]
