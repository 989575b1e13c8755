"""The signed link at every state of what it asks about: whose it is, whether it still opens, and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.actions.erasing import erase_organisation
from accounts.models import Organisation, User
from partnerships import actions
from partnerships.links import kept_hash, new_secret
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink, Partnership
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path, words
from tests.partnerships.test_outcome_links import ANSWER

pytestmark = pytest.mark.django_db
PEOPLE = ["company_owner", "company_member", "startup_owner", "startup_member"]


@pytest.fixture
def asked(cast: Cast) -> FollowUp:
    cache.clear()
    now = timezone.now()
    stories.signed(cast, now - timedelta(days=93))
    actions.ask_due(now=now)
    return FollowUp.objects.with_parties().get()


def token_of(person: User) -> str:
    """Of the newest mail to somebody."""
    mail = Email.objects.filter(to=person.email, message__contains="/outcomes/").latest("pk")
    [token] = stories.tokens([mail])
    return token


def url_of(person: User, language: str = "en") -> str:
    return path("outcome_link", language=language, token=token_of(person))


class TestSecrets:
    def test_each_is_another_and_only_its_hash_is_kept(self) -> None:
        made = [new_secret() for _each in range(20)]
        assert len({token for token, _hash in made}) == len({kept for _token, kept in made}) == 20
        for token, kept in made:
            assert kept_hash(token) == kept
            assert token not in kept
            assert len(kept) == 64

    @pytest.mark.parametrize("place", [0, 5, 20, -1, -5])
    def test_one_letter_changed_is_none(self, place: int) -> None:
        token, _kept = new_secret()
        letter = "A" if token[place] != "A" else "B"
        broken = list(token)
        broken[place] = letter
        assert kept_hash("".join(broken)) is None

    @pytest.mark.parametrize("token", ["", ".", "..", "a.b", "秘密.署名", "x" * 10_000, "a b.c", "\x00.x"])
    def test_what_this_portal_has_not_signed_is_none(self, token: str) -> None:
        assert kept_hash(token) is None


class TestWhose:
    @pytest.mark.parametrize("person", PEOPLE)
    def test_an_answer_is_that_of_its_reader_s_side(self, cast: Cast, asked: FollowUp, person: str) -> None:
        Client().post(url_of(getattr(cast, person)), ANSWER)
        found = FollowUpAnswer.objects.get()
        assert (found.side, found.by, found.by_link) == (person.split("_", 1)[0], getattr(cast, person), True)

    @pytest.mark.parametrize("signed_in", ["startup_owner", "officer", "other_company_owner", "expert"])
    def test_whoever_else_is_signed_in_answers_for_the_link_s_reader(
        self, cast: Cast, as_user: SignIn, asked: FollowUp, signed_in: str
    ) -> None:
        """The link is the authority, whoever sits at the machine: it is never their own side's answer."""
        as_user(getattr(cast, signed_in)).post(url_of(cast.company_owner), ANSWER)
        found = FollowUpAnswer.objects.get()
        assert (found.side, found.by) == ("company", cast.company_owner)

    def test_a_side_in_the_form_changes_nothing(self, cast: Cast, asked: FollowUp) -> None:
        sent = {**ANSWER, "side": "startup", "by": cast.officer.pk, "follow_up": 1}
        Client().post(url_of(cast.company_owner), sent)
        assert FollowUpAnswer.objects.get().side == "company"

    @pytest.mark.parametrize("person", PEOPLE)
    def test_it_signs_nobody_in(self, cast: Cast, asked: FollowUp, person: str) -> None:
        client = Client()
        client.get(url_of(getattr(cast, person)))
        client.post(url_of(getattr(cast, person)), ANSWER)
        assert "_auth_user_id" not in client.session
        answer = client.get(path("detail", pk=asked.partnership_id))
        assert answer.status_code in (302, 404)

    @pytest.mark.parametrize("person", PEOPLE)
    def test_the_other_side_s_answer_stands_on_no_page_of_it(
        self, cast: Cast, asked: FollowUp, person: str
    ) -> None:
        other = cast.startup_owner if person.startswith("company") else cast.company_owner
        stories.answered(asked, other, words="Nobody else may read this.", jobs=77)
        text = Client().get(url_of(getattr(cast, person))).content.decode()
        assert "Nobody else may read this." not in text
        assert 'value="77"' not in text


class TestStates:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
    @pytest.mark.parametrize("state", ["confirmed", "differs", "decided", "lapsed"])
    def test_once_settled_it_takes_nothing_and_shows_no_figure(
        self, cast: Cast, asked: FollowUp, state: str, person: str, language: str
    ) -> None:
        url = url_of(getattr(cast, person), language)
        if state == "lapsed":
            actions.lapse_unanswered(now=timezone.now() + timedelta(days=61))
        else:
            found = stories.settled(asked, cast, jobs=3 if state == "confirmed" else 98765)
            if state == "decided":
                actions.decide_outcome(found, "startup", by=cast.officer, reason="Secret of the office")
        before = list(FollowUpAnswer.objects.values())
        for answer in (Client().get(url), Client().post(url, {**ANSWER, "jobs": "55"}, follow=True)):
            assert answer.status_code == 200
            text = words(answer)
            hidden = ("98765", "98,765", "12,000,000", "Secret of the office")
            assert not [each for each in hidden if each in text]
            title = {
                ("lapsed", "en"): "This is no longer asked",
                ("lapsed", "ja"): "この確認は終了しました",
            }.get(
                (state, language), {"en": "Your answer has arrived", "ja": "回答を受け付けました"}[language]
            )
            assert title in text
        assert list(FollowUpAnswer.objects.values()) == before

    @pytest.mark.parametrize("stage", ["signed", "ended", "exploring"])
    def test_it_opens_whatever_became_of_the_partnership(
        self, cast: Cast, asked: FollowUp, stage: str
    ) -> None:
        Partnership.objects.update(status=stage, end_reason="completed" if stage == "ended" else "")
        Client().post(url_of(cast.startup_owner), ANSWER)
        assert FollowUpAnswer.objects.get().side == "startup"

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_run_out_it_says_so_and_takes_nothing(
        self, cast: Cast, asked: FollowUp, method: str, language: str
    ) -> None:
        now = timezone.now()
        FollowUpLink.objects.update(sent_at=now - timedelta(days=31), expires_at=now - timedelta(seconds=1))
        answer = getattr(Client(), method)(url_of(cast.company_owner, language), ANSWER)
        assert answer.status_code == 410
        assert {"en": "This link has run out", "ja": "このリンクは期限が切れています"}[language] in words(
            answer
        )
        assert not FollowUpAnswer.objects.exists()

    @pytest.mark.parametrize("seconds", [-1, 0, 1])
    def test_to_the_second(self, asked: FollowUp, seconds: int) -> None:
        link = FollowUpLink.objects.first()
        assert link is not None
        assert link.is_past(link.expires_at + timedelta(seconds=seconds)) == (seconds >= 0)
        live = FollowUpLink.objects.live(link.expires_at + timedelta(seconds=seconds))
        assert live.filter(pk=link.pk).exists() == (seconds < 0)

    def test_one_side_s_links_stopped_the_other_s_open(self, cast: Cast, asked: FollowUp) -> None:
        actions.stop_links(asked, side=stories.Side.COMPANY, by=cast.officer)
        found = [Client().get(url_of(getattr(cast, person))).status_code for person in PEOPLE]
        assert found == [404, 404, 200, 200]

    def test_after_new_links_were_sent_only_the_new_ones_open(self, cast: Cast, asked: FollowUp) -> None:
        old = url_of(cast.startup_owner)
        actions.send_links(asked, side=stories.Side.STARTUP, by=cast.officer)
        assert [Client().get(url).status_code for url in (old, url_of(cast.startup_owner))] == [404, 200]

    def test_a_reminder_leaves_the_first_link_good(self, cast: Cast, asked: FollowUp) -> None:
        old = url_of(cast.startup_owner)
        actions.remind_silent(now=timezone.now() + timedelta(days=15))
        new = url_of(cast.startup_owner)
        assert old != new
        assert [Client().get(url).status_code for url in (old, new)] == [200, 200]

    @pytest.mark.parametrize("side", ["company", "startup"])
    def test_after_an_erasure_no_link_of_either_side_is_a_page(
        self, cast: Cast, asked: FollowUp, side: str
    ) -> None:
        urls = [url_of(getattr(cast, person)) for person in PEOPLE]
        organisation = getattr(cast, side).organisation
        Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
        organisation.refresh_from_db()
        erase_organisation(organisation, by=cast.administrator, reason="By mail")
        assert [Client().get(url).status_code for url in urls] == [404] * 4
        assert [Client().post(url, ANSWER).status_code for url in urls] == [404] * 4
        assert not FollowUpAnswer.objects.exists()

    @pytest.mark.parametrize("person", PEOPLE)
    def test_sent_twice_it_is_one_answer(self, cast: Cast, asked: FollowUp, person: str) -> None:
        client, url = Client(), url_of(getattr(cast, person))
        for jobs in ("3", "4"):
            client.post(url, {**ANSWER, "jobs": jobs})
        assert FollowUpAnswer.objects.get().jobs == 3


class TestRenewing:
    @pytest.fixture
    def past(self, asked: FollowUp) -> FollowUp:
        now = timezone.now()
        FollowUpLink.objects.update(sent_at=now - timedelta(days=31), expires_at=now)
        return asked

    @pytest.mark.parametrize("state", ["confirmed", "lapsed", "answered"])
    def test_of_what_is_no_longer_asked_nothing_is_sent(self, cast: Cast, past: FollowUp, state: str) -> None:
        url = f"{url_of(cast.company_owner)}renew/"
        if state == "lapsed":
            actions.lapse_unanswered(now=timezone.now() + timedelta(days=61))
        else:
            stories.answered(past, cast.company_member)
            if state == "confirmed":
                stories.answered(past, cast.startup_owner)
        links = FollowUpLink.objects.count()
        assert Client().post(url).status_code == 302
        assert FollowUpLink.objects.count() == links

    def test_somebody_who_has_left_gets_none(self, cast: Cast, past: FollowUp) -> None:
        url = f"{url_of(cast.company_member)}renew/"
        cast.company_member.membership.delete()
        links = FollowUpLink.objects.count()
        assert Client().post(url).status_code == 404
        assert FollowUpLink.objects.count() == links

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_new_one_is_in_the_reader_s_language_whatever_the_page_s(
        self, cast: Cast, past: FollowUp, language: str
    ) -> None:
        url = f"{url_of(cast.startup_owner)}renew/"
        User.objects.filter(pk=cast.startup_owner.pk).update(language=language)
        Email.objects.all().delete()
        Client().post(url)
        assert f"/{language}/outcomes/" in Email.objects.get().message
