from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "meetings"
urlpatterns = [
    path("meetings/", lambda request, **kw: HttpResponse("x"), name="list"),
    path("staff/rounds/", lambda request, **kw: HttpResponse("x"), name="rounds"),
]
