from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "companies"
urlpatterns = [
    path("firms/", lambda request, **kw: HttpResponse("x"), name="list"),
    path("firm/profile/", lambda request, **kw: HttpResponse("x"), name="own"),
    path("firms/<int:pk>/", lambda request, **kw: HttpResponse("x"), name="detail"),
]
