"""What this app, the kernel beneath it and the libraries hold of organisations and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.erasure.emptying import unless_blank
from accounts.erasure.holdings import NO_NAME, Holder, Holding, Loss, Obstacle
from accounts.models import (
    ChangesSeen,
    Consent,
    DeletionRequest,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Remark,
    Review,
    User,
)
from matchmaking.core.models import Notice

ADDRESS = Concat(Value("erased-"), Cast("pk", CharField()), Value("@erased.invalid"))


class AccountsHolder(Holder):
    app = "accounts"
    holdings: Sequence[Holding] = (
        Holding(Remark, organisation=("review__organisation",), goes=True, empties=("subject", "text")),
        Holding(
            Review,
            organisation=("organisation",),
            empties=("identity", "identity_before", "version"),
            instead={"text": unless_blank("text")},
            keeps=("kind", "status", "checks", "decline_reason"),
        ),
        Holding(DeletionRequest, organisation=("organisation",), empties=("reason",), keeps=("status",)),
        # Proof that data went abroad, and was shown, with consent: the words are the ministry's own.
        Holding(
            Consent, organisation=("organisation",), keeps=("subject", "country", "version", "language", "text")
        ),
        Holding(ChangesSeen, organisation=("organisation",), goes=True),
        Holding(
            Invitation,
            organisation=("organisation",),
            goes=True,
            empties=("member_role", "staff_role", "email", "language", "token_hash", "status"),
        ),
        Holding(JoinRequest, organisation=("organisation",), person=("user",), keeps=("status",)),
        Holding(
            Membership,
            organisation=("organisation",),
            person=("user",),
            goes=True,
            empties=("role", "title", "phone"),
        ),
        Holding(
            Organisation,
            organisation=("pk",),
            empties=(
                "name_kana", "name_en", "region", "city", "website", "languages", "sub_fields", "modes",
                "return_reason",
            ),
            instead={"name": Value(NO_NAME)},
            keeps=("kind", "status", "country", "time_zone", "fields", "monthly_meeting_limit"),
        ),
        Holding(EmailConfirmation, person=("email_address__user",), goes=True, empties=("key",)),
        Holding(EmailAddress, person=("user",), goes=True, empties=("email",)),
        Holding(Authenticator, person=("user",), goes=True, empties=("type", "data")),
        Holding(
            UserSession, person=("user",), goes=True, empties=("ip", "session_key", "user_agent", "data")
        ),
        Holding(
            Notice,
            person=("recipient",),
            goes=True,
            empties=("event", "params", "link_name", "link_kwargs"),
        ),
        Holding(
            User,
            person=("pk",),
            empties=("name", "staff_role"),
            instead={"email": ADDRESS, "password": Value("!erased")},
            keeps=("language", "time_zone", "theme"),
        ),
    )  # fmt: skip
    nothing: Mapping[str, str] = {
        "core.AuditEvent": "emptied by erasure/mentions.py: names and details go, deeds stay",
        "core.Job": "keys and states; an error that names somebody is emptied by erasure/mentions.py",
        "sessions.Session": "deleted by erasure/mentions.py",
        "post_office.Email": "deleted by erasure/mentions.py, the last mail when it has been sent",
        "post_office.Log": "deleted with its mail",
        "post_office.Attachment": "deleted with its mail, its file after the commit",
        "post_office.Attachment_emails": "deleted with its mail",
        "post_office.EmailTemplate": "not used",
        "accounts.CacheEntry": "how often something was tried, under hashes; entries end within a day",
        "core.RateUse": "how often something was done, under hashes; rows end within two days",
        "pghistory.Context": "the key of a person and the address of a page",
        "auth.Permission": "the program's own",
        "auth.Group": "not used",
        "auth.Group_permissions": "not used",
        "contenttypes.ContentType": "the program's own",
    }

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        reviews = Remark.objects.filter(review__organisation=organisation)
        return (
            Loss(gettext_lazy("People and their accounts"), organisation.memberships.count()),
            Loss(gettext_lazy("Invitations and requests to join"), organisation.invitations.count()
                 + organisation.join_requests.count()),
            Loss(gettext_lazy("Remarks of reviewers"), reviews.count()),
        )  # fmt: skip

    def obstacles(self, organisation: Organisation) -> Sequence[Obstacle]:
        review = organisation.open_review()
        if review is None:
            return ()
        return (
            Obstacle(
                _("A review is open."),
                _("Decide it, or have the applicant take it back."),
                reverse("accounts:review", args=[review.pk]),
            ),
        )

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        """Nobody waits to be admitted to what is gone."""
        organisation.join_requests.waiting().delete()

    def names(self, organisation: Organisation) -> set[str]:
        found = set(organisation.invitations.values_list("email", flat=True))
        for values in Review.objects.filter(organisation=organisation).values_list(
            "identity", "identity_before"
        ):
            found |= {str(part["name"]) for each in values for part in each.values() if "name" in part}
        return found
