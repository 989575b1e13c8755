"""What this app holds of the two sides of a pair: scores stay, texts and what was made of them go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import JSONField, Model, Value
from django.utils.translation import gettext_lazy as _

from accounts.erasure.emptying import GONE, history_of, rows_of, unless_blank
from accounts.erasure.holdings import Holder, Holding, Loss
from accounts.models import Organisation, User
from companies.models import Challenge, Company
from matchmaking.matches.engine.embedding import Job
from matchmaking.matches.engine.features import company_jobs, startup_jobs
from matchmaking.matches.engine.sentences import sentences_of
from matchmaking.matches.models import (
    CapabilityReading,
    ChallengeMeaning,
    ExpertAdvice,
    Match,
    PairNote,
    ShortlistPair,
    ShortlistParty,
    StartupMeaning,
    TextVector,
    TrialList,
)
from matchmaking.matches.runs.vectors import keys_of
from matchmaking.matches.sides import company_side, quotable_texts, startup_side
from startups.models import Startup

SIDES = ("company", "startup")


class MatchesHolder(Holder):
    app = "matches"
    holdings: Sequence[Holding] = (
        Holding(
            CapabilityReading,
            organisation=("challenge__company", "startup"),
            goes=True,
            empties=("keys", "by_wording", "nearest", "is_confirmed", "edition"),
        ),
        Holding(
            ChallengeMeaning,
            organisation=("challenge__company",),
            goes=True,
            empties=("edition", "vector"),
        ),
        Holding(
            StartupMeaning,
            organisation=("startup",),
            goes=True,
            empties=("edition", "vector"),
        ),
        Holding(TrialList, organisation=("company",), goes=True, empties=("before", "after")),
        Holding(ShortlistPair, organisation=SIDES, keeps=("score",)),
        Holding(ShortlistParty, organisation=("organisation",), keeps=("most", "by_itself", "reason")),
        Holding(
            ExpertAdvice,
            organisation=SIDES,
            instead={"reasons": Value({ExpertAdvice.AS_A_WHOLE: GONE}, JSONField())},
            keeps=("rating",),
        ),
        Holding(PairNote, organisation=SIDES, instead={"text": unless_blank("text")}),
        Holding(
            Match,
            organisation=SIDES,
            empties=("missing", "shared_capabilities", "quote", "quote_key", "dismiss_note"),
            keeps=(
                "status", "raw_score", "score", "parts", "rank_for_company", "rank_for_startup", "dismissed_by",
                "dismiss_reason", "fingerprint", "first_score",
            ),
        ),
    )  # fmt: skip
    nothing: Mapping[str, str] = {
        "matches.TextVector": "under hashes of texts; those of the texts that go are deleted (`let_go`)",
        "matches.MeaningQuery": "vectors of searches under hashes: neither the words nor who searched",
        "matches.ScoringPolicy": "the programme's own",
        "matches.ThesaurusVersion": "the programme's own",
        "matches.CapabilityEntry": "the programme's own",
        "matches.EvaluationSet": "lists that an administrator brings for comparing weights",
        "matches.Trial": "weights and figures",
        "matches.Decision": "numbers and codes only: what figures are made of",
        "matches.Run": "the programme's own",
        "matches.BlockResult": "keys and numbers, deleted when the run ends",
        "matches.ShortlistRule": "the programme's own",
        "matches.ShortlistDraft": "the programme's own",
    }

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        quoted = rows_of(Match, SIDES, organisation.pk).exclude(quote="", dismiss_note="")
        return (Loss(_("Quotes and remarks on matches"), quoted.count()),)

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        """Vectors are kept by the hash of their text: those of every text there ever was, also as it stood earlier."""
        TextVector.objects.filter(pk__in=keys_of(list(_texts(organisation)))).delete()


def _texts(organisation: Organisation) -> Iterator[Job]:
    """What encoders were given of an organisation. The same text of another is read anew when it is needed."""
    for challenge in _states(Challenge, ("company",), organisation.pk):
        for firm in _states(Company, ("organisation",), organisation.pk):
            challenge.company, firm.organisation = firm, organisation
            yield from company_jobs([company_side(challenge)])
    for startup in _states(Startup, ("organisation",), organisation.pk):
        startup.organisation = organisation
        yield from startup_jobs([startup_side(startup)])
        yield from (("passage", sentence) for sentence in sentences_of(quotable_texts(startup)))


def _states(model: type[Model], lookups: tuple[str, ...], key: int) -> list[Model]:
    """The rows as they are and as they were, as unsaved objects of their own."""
    history = history_of(model)
    past = [] if history is None else list(rows_of(history, lookups, key))
    names = [field.name for field in model._meta.concrete_fields if not field.is_relation]
    seen = {
        tuple(str(getattr(row, name)) for name in names): {name: getattr(row, name) for name in names}
        for row in [*rows_of(model, lookups, key), *past]
    }
    return [model(**values) for values in seen.values()]
