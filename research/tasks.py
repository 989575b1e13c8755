"""The jobs of this app. All may be delivered more than once; what was read once is not read again."""

from __future__ import annotations

from matchmaking.core import jobs
from research import reading
from research.models import Commission, Expert


@jobs.handler("research.read_question")
def read_question(*, commission_id: int) -> None:
    for commission in Commission.objects.filter(pk=commission_id):
        reading.read_question(commission.question, commission.market)


@jobs.handler("research.read_expert")
def read_expert(*, expert_id: int) -> None:
    for expert in Expert.objects.filter(pk=expert_id).exclude(biography=""):
        reading.read("passage", expert.biography)
