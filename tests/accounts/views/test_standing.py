"""Profiles sent in, suspended and brought back: who is told, with which mail; who may not; edits in each state."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from accounts.actions import agree
from accounts.models import Organisation, Review, User
from matchmaking.core import notices
from matchmaking.core.models import AuditEvent, Job, Notice
from startups.agreement import agreement
from tests import factories
from tests.imports import difference, row_counts
from tests.pages import errors_of, shown_values

pytestmark = pytest.mark.django_db
ADDRESSES = {"publish_again": "suspended", "suspend": "published"}


def organisation(kind: str, status: str, language: str = "en") -> tuple[Organisation, list[User]]:
    """With two members, one who was locked out, and one of another organisation of the kind."""
    factory = factories.CompanyFactory if kind == "company" else factories.StartupFactory
    made = factory(organisation__status=status).organisation
    factories.MembershipFactory(organisation=factory(organisation__status=status).organisation)
    factories.MembershipFactory(organisation=made, user__is_active=False)
    members = [
        factories.MembershipFactory(organisation=made, user__language=language).user for _number in range(2)
    ]
    return made, members


def url(name: str, target: Organisation) -> str:
    return reverse(f"accounts:{name}", args=[target.pk])


@pytest.mark.parametrize("kind", ["company", "startup"])
def test_the_office_hears_of_a_profile_that_is_sent_in_without_mail(cast, as_user, kind):
    factories.OfficerFactory(is_active=False)
    profile = cast.company if kind == "company" else cast.startup
    person = cast.company_owner if kind == "company" else cast.startup_owner
    Organisation.objects.filter(pk=profile.pk).update(status="draft")
    if kind == "company":
        profile.corporate_number = "5070001000715"
        profile.save()
    else:
        factories.DeckFactory(
            startup=profile, status="ready", pages=1, image_width=1, image_height=1, ready_at=timezone.now()
        )
        factories.FigureFactory(startup=profile)
        agree(profile.organisation, agreement("SG", "en"), by=person)
    page = as_user(person).post(reverse("companies:check" if kind == "company" else "startups:check"))
    assert page.status_code == 302
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.officer, cast.administrator}
    notice = Notice.objects.filter(recipient=cast.officer).get()
    assert notices.subject(notice) == f"{profile.organisation.name_en or profile} has applied"
    with translation.override("ja"):
        assert notices.subject(notice) == f"{profile}から申請がありました"
    review = Review.objects.get()
    assert (notice.link_kwargs, Email.objects.count()) == ({"pk": review.pk}, 0)
    assert (review.status, review.asked_by) == ("waiting", person)


# typed reason, the words at its field in both languages
REASONS = [
    ("", "Write the reason.", "理由を入力してください。"),
    ("  \n ", "Write the reason.", "理由を入力してください。"),
    ("x" * 2001, "Shorten this to 2000 characters: it has 2001 now.",
     "2000文字以内にしてください（今は2001文字です）。"),
    ("a\u2067b", "This contains a character that cannot be seen (U+2067). Delete it. It stands after “a”.",
     "目に見えない文字（U+2067）が含まれています。削除してください。「a」の後にあります。"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["suspend"])
def test_a_reason_that_will_not_do_is_told_and_nothing_happens(cast, as_user, name):
    target, _members = organisation("company", ADDRESSES[name])
    client, before = as_user(cast.officer), None
    client.get(url(name, target))
    for reason, *words in REASONS:
        for language, expected in zip(("en", "ja"), words, strict=True):
            with translation.override(language):
                before = before or row_counts()
                page = client.post(url(name, target), {"reason": reason})
                assert (page.status_code, errors_of(page)) == (200, {"reason": [expected]})
    assert row_counts() == before


@pytest.mark.parametrize("name", ["suspend"])
def test_the_longest_reason_and_signs_of_formats_are_kept_word_for_word(cast, as_user, name):
    target, _members = organisation("startup", ADDRESSES[name])
    reason = "100% of %(reason)s {0} <script>alert(1)</script>\r\n" + "あ" * 1940
    assert as_user(cast.officer).post(url(name, target), {"reason": reason}).status_code == 302
    page = as_user(cast.officer).get(reverse("startups:detail", args=[target.pk]))
    assert "<script>alert(1)</script>" not in page.content.decode()
    reason = reason.replace("\r\n", "\n")
    assert AuditEvent.objects.first().detail["reason"] == reason
    for notice in Notice.objects.all():
        assert reason in notices.body(notice)


def test_suspending_tells_nobody_and_publishing_again_takes_it_back(cast, as_user):
    target, members = organisation("company", "published")
    client, before = as_user(cast.officer), row_counts()
    client.post(url("suspend", target), {"reason": "No answer for months."})
    target.refresh_from_db()
    assert (target.status, Notice.objects.count(), Job.objects.count()) == ("suspended", 0, 1)
    client.post(url("publish_again", target))
    target.refresh_from_db()
    assert (target.status, Notice.objects.count(), Job.objects.count()) == ("published", len(members), 2)
    assert difference(before, row_counts())["core.AuditEvent"] == 2
    assert [event.action for event in AuditEvent.objects.all()[:2]] == [
        "organisation.published",
        "organisation.suspended",
    ]


@pytest.mark.parametrize("name", list(ADDRESSES))
def test_nobody_but_staff_finds_the_page_and_a_missing_profile_is_missing(cast, as_user, name):
    target, members = organisation("company", ADDRESSES[name])
    newcomer = factories.UserFactory()
    for person in (cast.company_owner, cast.startup_member, cast.expert, newcomer, members[0]):
        for method in ("get", "post"):
            answer = getattr(as_user(person), method)(url(name, target), {"reason": "x"})
            assert (person.name, method, answer.status_code) == (person.name, method, 404)
    target.refresh_from_db()
    assert target.status == ADDRESSES[name]
    assert as_user(cast.officer).get(reverse(f"accounts:{name}", args=[10**9])).status_code == 404


# --- edits by status ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "published", "suspended"])
@pytest.mark.parametrize("kind", ["company", "startup"])
def test_a_profile_may_be_edited_in_every_state_and_a_new_name_waits_where_one_was_reviewed(
    as_user, kind, status
):
    officer = factories.OfficerFactory()
    target, (owner, _member) = organisation(kind, status)
    if kind == "company":
        target.company.corporate_number = "5070001000715"
        target.company.save()
    client = as_user(owner)
    address = reverse("companies:step" if kind == "company" else "startups:step", args=[kind])
    before, waits = target.name, status in ("published", "suspended")
    for change, told in (({"city": "燕市"}, False), ({"name": "Renamed"}, waits)):
        assert client.post(address, shown_values(client, address) | change).status_code == 302
        target.refresh_from_db()
        assert target.status == status
        assert [notice.recipient for notice in Notice.objects.all()] == ([officer] if told else [])
    assert (target.city, target.name) == ("燕市", before if waits else "Renamed")
    assert Job.objects.count() == (1 if status == "published" else 0)  # only who takes part is matched again
