"""How often something was tried: kept in PostgreSQL, so that neither a restart nor a wiped cache gives new tries."""

from __future__ import annotations

from django.db import models


class CacheEntry(models.Model):
    """The table that Django's database cache keeps its entries in; nothing but the cache writes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
