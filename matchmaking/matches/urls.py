from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "matches"
urlpatterns = [
    path("firm/matches/", lambda request, **kw: HttpResponse("x"), name="list"),
    path("startup/interest/", lambda request, **kw: HttpResponse("x"), name="interest"),
    path("staff/matches/", lambda request, **kw: HttpResponse("x"), name="staff"),
]
