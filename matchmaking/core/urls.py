"""Addresses of the kernel's pages."""

from __future__ import annotations

from django.urls import path

from matchmaking.core import views

app_name = "core"
urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/<int:pk>/open/", views.notice_open, name="notice_open"),
    path("help/", views.static_page, {"page": "help"}, name="help"),
    path("privacy/", views.static_page, {"page": "privacy"}, name="privacy"),
    path("accessibility/", views.static_page, {"page": "accessibility"}, name="accessibility"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/<int:pk>/", views.mail_detail, name="mail_detail"),
]
