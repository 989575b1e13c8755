"""What reviewers said of challenges, each with the challenge and the field that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Remark
from accounts.profiles.kinds import Answer, answers
from companies.models import Challenge
from companies.questions import CHALLENGE_FIELDS


@dataclass(frozen=True)
class ChallengeRemark:
    """`challenge` is None, and `label` empty, once the challenge is no longer there; `url` is where to correct it."""

    text: str
    challenge: int | None = None
    label: str = ""
    url: str = ""


def answers_by_subject(challenges: Iterable[Challenge]) -> dict[str, tuple[Challenge, Answer]]:
    return {
        answer.subject: (challenge, answer)
        for challenge in challenges
        for answer in answers(challenge, CHALLENGE_FIELDS, of=challenge.title)
    }


def told_at_challenges(remarks: Iterable[Remark], challenges: Iterable[Challenge]) -> list[ChallengeRemark]:
    """In the order in which the challenges and their fields stand on the page, then those of none."""
    known = answers_by_subject(challenges)
    waiting = {remark.subject: remark.text for remark in remarks}
    found = [
        ChallengeRemark(waiting[subject], challenge.pk, answer.label, _field_url(challenge, subject))
        for subject, (challenge, answer) in known.items()
        if subject in waiting
    ]
    return found + [ChallengeRemark(text) for subject, text in waiting.items() if subject not in known]


def _field_url(challenge: Challenge, subject: str) -> str:
    """The page of the challenge, where the remark stands at its field."""
    return f"{reverse('companies:challenge_edit', args=[challenge.pk])}#remark-{subject.rpartition('.')[2]}"
