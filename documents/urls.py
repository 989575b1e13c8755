"""Addresses of documents."""

from __future__ import annotations

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/state/", views.state, name="state"),
    path("documents/<int:pk>/delete/", views.delete, name="delete"),
    path("documents/<int:pk>/file/", views.download, name="file"),
    path("documents/<int:pk>/first-page.png", views.first_page, name="first_page"),
    path("documents/<int:pk>/<int:number>.png", views.thumbnail, name="thumbnail"),
]
