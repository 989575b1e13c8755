"""How often a person may do a thing: counted in PostgreSQL, exactly, in one statement.

Kept are the times of what was allowed within the window, so that nobody gets twice the amount at its edge. Two requests
at the same moment wait for one another at the row. For pages of signed-in people; signing in has limits of its own.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from matchmaking.core.models import RateUse

KEPT = timedelta(days=1)
_USE = """
    insert into core_rateuse as kept (key, times, used_at) values (%(key)s, array[now_], now_)
    on conflict (key) do update set used_at = now_, times = array(
        select at from unnest(kept.times) as at where at > now_ - %(window)s) || now_
    where (select count(*) from unnest(kept.times) as at where at > now_ - %(window)s) < %(amount)s
    returning 1
""".replace("now_", "clock_timestamp()")


def may(person: int, action: str) -> bool:
    """Whether the person of this key may do it once more now, which then counts; what was refused does not count."""
    amount, seconds = settings.RATE_LIMITS[action]
    key = hashlib.sha256(f"{action}:{person}".encode()).hexdigest()
    values = {"key": key, "window": timedelta(seconds=seconds), "amount": amount}
    with connection.cursor() as cursor:
        cursor.execute(_USE, values)
        return cursor.fetchone() is not None


def forget_old(now: datetime) -> int:
    """Delete what no limit looks at any longer."""
    return RateUse.objects.filter(used_at__lt=now - KEPT).delete()[0]
