"""The sample's decisions about matches, so that they stand in every state that this app gives them."""

from __future__ import annotations

from accounts.enums import StaffRole
from accounts.models import User
from companies.models import Company
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Rating, Side
from matchmaking.matches.models import ExpertAdvice, Match, MatchQuerySet, Run, ShortlistDraft

DISCLOSED = 5  # of each firm that is served
UNSERVED = 6  # every sixth firm waits: the programme office has not looked at its list yet
TARGETS = {"tohoku": 24, "shikoku": 12, "05": 6}
WHY_TARGETS = "東北と四国の企業への推薦が、前の年度は目標の半分にとどまったため。"
NOTE = "先方の実証先が決まったばかりのため、半年後に改めて検討する。"


class NoRunYet(Exception):
    """There are no matches to decide about: a run must finish first."""


def load_matches(*, by: User) -> int:
    """Disclose and dismiss as an officer would, in the order of the lists. Returns how many matches were decided.

    Does nothing when somebody has decided already. `by` is an officer. Firms ask for meetings later.
    """
    if not Run.objects.finished().exists():
        raise NoRunYet
    if Match.objects.touched().exists():
        return 0
    firms = Company.objects.published().order_by("organisation__sort_key", "pk")
    return sum(_decide(firm, number, by) for number, firm in enumerate(firms) if number % UNSERVED)


def load_shortlists(*, by: User, rules_by: User) -> None:
    """Have a draft of lists worked out for staff to check, under rules that an administrator has set. Once."""
    if ShortlistDraft.objects.exists():
        return
    actions.set_shortlist_rule(by=rules_by, targets=TARGETS, reason=WHY_TARGETS)
    actions.start_shortlists(by=by, month_only=False)


ADVICE = (
    (Rating.GOOD, "国内の実証で得た数値を確認しました。量産の体制だけが残る課題です。"),
    (Rating.EXCELLENT, "競合三社と比べて計測の精度が高く、保守の手順も整っています。"),
    (Rating.WEAK, "公開されている事例では効果を確かめられませんでした。追加の資料が必要です。"),
    (Rating.FAIR, "技術は確かですが、日本の規格への適合に半年ほどかかると見ています。"),
)
ADVISED = 8  # startups; every second one is rated by two experts


def load_advice() -> int:
    """Experts rate startups that stand high on lists, and one pair. Returns how many ratings were given; once."""
    experts = list(User.objects.filter(staff_role=StaffRole.EXPERT, is_active=True).order_by("pk"))
    best = Match.objects.filter(rank_for_company=1).with_parties().order_by("pk")[: 4 * ADVISED]
    matches = list({match.startup_id: match for match in best}.values())[:ADVISED]
    if not experts or ExpertAdvice.objects.exists():
        return 0
    for number, match in enumerate(matches):
        for turn in range(1 + number % 2):
            rating, reasons = ADVICE[(number + turn) % len(ADVICE)]
            expert = experts[(number + turn) % len(experts)]
            actions.give_advice(match.startup, rating=rating, reasons=reasons, by=expert)
    if matches:
        rating, reasons = ADVICE[0]
        actions.give_advice(
            matches[0].startup, rating=rating, reasons=reasons, by=experts[0], company=matches[0].company
        )
    return ExpertAdvice.objects.count()


def _decide(company: Company, number: int, by: User) -> int:
    """One firm: the best are disclosed; of some firms staff dismiss one, and the firm puts one aside."""
    proposed = Match.objects.filter(company=company, status=MatchStatus.PROPOSED)
    best = list(_in_order(proposed)[: DISCLOSED + 1])
    for match in best[:DISCLOSED]:
        actions.disclose(match, by=by)
    if number % 4 == 1 and len(best) > DISCLOSED:
        actions.dismiss(best[DISCLOSED], side=Side.STAFF, reason=DismissReason.TOO_EARLY, note=NOTE, by=by)
    if number % 3 == 1 and len(best) > 1:
        member = company.organisation.memberships.order_by("pk").first()
        put_aside = best[min(3, len(best) - 1)]
        if put_aside.status == MatchStatus.DISCLOSED:
            reason = DismissReason.KNOWN if number % 2 else DismissReason.OFF_TARGET
            actions.dismiss(put_aside, side=Side.COMPANY, reason=reason, by=member.user if member else by)
    return len(best)


def _in_order(matches: MatchQuerySet) -> MatchQuerySet:
    """The firm's list, best first."""
    listed = matches.filter(rank_for_company__isnull=False).with_parties()
    return listed.order_by("rank_for_company", "pk")
