"""The Celery application. Tasks are found in each app's `tasks` module."""

from __future__ import annotations

import os

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")


class PortalTask(Task):
    """Names the class of its deliveries, which only workers load."""

    Request = "matchmaking.core.deliveries:Delivery"


app = Celery("matchmaking", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
