"""Addresses of the reader's own account, of decisions about profiles, and of the audit trail."""

from __future__ import annotations

from django.urls import path

from accounts.views import audit, changes, reviews, settings

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("identity/take-back/", changes.identity_take_back, name="identity_take_back"),
    path("audit/", audit.audit_trail, name="audit"),
    path("organisations/<int:pk>/publish/", reviews.publish, name="publish"),
    path("organisations/<int:pk>/return/", reviews.return_for_changes, name="return"),
    path("organisations/<int:pk>/suspend/", reviews.suspend, name="suspend"),
]
