"""What the encoders made of texts."""

from __future__ import annotations

from django.db import models
from pgvector.django import VectorField


class TextVector(models.Model):
    """What an encoder made of one text; the key is a hash of encoder, role and text, so nothing is encoded twice."""

    key = models.CharField(max_length=64, primary_key=True)
    encoder = models.CharField(max_length=60)
    vector = VectorField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
