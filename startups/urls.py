from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "startups"
urlpatterns = [
    path("startups/", lambda request, **kw: HttpResponse("x"), name="list"),
    path("startup/profile/", lambda request, **kw: HttpResponse("x"), name="own"),
    path("startups/<int:pk>/", lambda request, **kw: HttpResponse("x"), name="detail"),
]
