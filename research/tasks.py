"""The jobs of this app. All may be delivered more than once; what was read once is not read again."""

from __future__ import annotations

from matchmaking.core import jobs
from research.models import Commission, Expert
from research.reading import read


@jobs.handler("research.read_question")
def read_question(*, commission_id: int) -> None:
    for commission in Commission.objects.filter(pk=commission_id):
        read("query", commission.question)


@jobs.handler("research.read_expert")
def read_expert(*, expert_id: int) -> None:
    for expert in Expert.objects.filter(pk=expert_id).exclude(biography=""):
        read("passage", expert.biography)
