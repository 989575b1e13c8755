"""Registrations, reviews, live profiles and decks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

PROFILES: dict[Event, Wording] = {
    Event.PROFILE_SUBMITTED: Wording(
        _("Programme office"),
        _("%(organisation)s has applied"),
        _("The registration waits for review."),
        by_mail=False,
    ),
    Event.PROFILE_PUBLISHED: Wording(
        _("Members of the organisation"),
        _("Your profile has been approved"),
        _(
            "%(organisation)s now takes part in the matching. You will hear from us when there is a match to look at."
        ),
    ),
    Event.PROFILE_RETURNED: Wording(
        _("Members of the organisation"),
        _("Your profile needs a correction"),
        _("The reviewer wrote: “%(reason)s” Correct the profile and send it again."),
    ),
    Event.PROFILE_DECLINED: Wording(
        _("Members of the organisation"),
        _("Your application has been declined"),
        _("The programme office wrote: “%(reason)s” You may change the profile and apply again."),
    ),
    Event.DECISION_REVERSED: Wording(
        _("Members of the organisation"),
        _("Your profile is being reviewed again"),
        _(
            "The programme office takes its decision about %(organisation)s back. It wrote: “%(reason)s” "
            "You will be told the new result."
        ),
    ),
    Event.DECLINE_PROPOSED: Wording(
        _("Programme office"),
        _("Confirm or refuse: %(organisation)s is to be declined"),
        _("%(officer)s proposes to decline and wrote: “%(reason)s” A second person decides."),
    ),
    Event.DECLINE_REFUSED: Wording(
        _("Who proposed to decline"),
        _("%(organisation)s is not declined"),
        _("%(officer)s wrote: “%(reason)s” The application waits for review again."),
    ),
    Event.REVIEW_ASSIGNED: Wording(
        _("Who is to review"),
        _("You are to review %(organisation)s"),
        _("%(officer)s has assigned the application to you."),
    ),
    Event.REVIEW_TAKEN_BACK: Wording(
        _("Who had begun to review"),
        _("%(organisation)s has taken its application back"),
        _("You need not review it any more."),
        by_mail=False,
    ),
    Event.REVIEW_REOPENED: Wording(
        _("Who decided"),
        _("Your decision about %(organisation)s has been reversed"),
        _("%(officer)s wrote: “%(reason)s” The application waits for review again."),
    ),
    Event.IDENTITY_PROPOSED: Wording(
        _("Programme office"),
        _("%(organisation)s proposes a new identity"),
        _("Its new name, number or country waits for review. Until then the earlier one stays published."),
        by_mail=False,
    ),
    Event.IDENTITY_APPROVED: Wording(
        _("Members of the organisation"),
        _("Your new identity is in force"),
        _("%(organisation)s is shown with its new name, number or country from now on."),
    ),
    Event.IDENTITY_RETURNED: Wording(
        _("Members of the organisation"),
        _("The new identity needs a correction"),
        _(
            "The reviewer wrote: “%(reason)s” Until a corrected one is approved, "
            "%(organisation)s stays published as it is."
        ),
    ),
    Event.IDENTITY_DECLINED: Wording(
        _("Members of the organisation"),
        _("The new identity has been declined"),
        _("The programme office wrote: “%(reason)s” %(organisation)s stays published as it is."),
    ),
    Event.DECK_READY: Wording(
        _("Who uploaded the deck"),
        _("Your pitch deck is in use"),
        _("“%(file)s” has passed the safety check. Firms to which you are disclosed can read it."),
        by_mail=False,
    ),
    Event.DECK_REFUSED: Wording(
        _("Who uploaded the deck"),
        _("Your pitch deck was not accepted"),
        _(
            "“%(file)s” was refused. The page of the deck says why, and what to do. An earlier deck stays in use."
        ),
    ),
    Event.DOCUMENT_READY: Wording(
        _("Who uploaded the document"),
        _("Your document is in use"),
        _("“%(file)s” has passed the safety check. Whoever may see what it belongs to can read it."),
        by_mail=False,
    ),
    Event.DOCUMENT_REFUSED: Wording(
        _("Who uploaded the document"),
        _("Your document was not accepted"),
        _("“%(file)s” was refused. Its page says why, and what to do. An earlier file stays in use."),
    ),
    Event.RENEWAL_DUE: Wording(
        _("Members of the organisation"),
        _("Is your profile still true? Confirm it by %(due)s"),
        _(
            "The profile of %(organisation)s was last confirmed on %(confirmed)s. Read it and confirm it with one "
            "click. Editing it does not count as a confirmation. If nobody confirms it, it is no longer matched "
            "from %(lapses)s."
        ),
    ),
    Event.RENEWAL_LAST_DAY: Wording(
        _("Members of the organisation"),
        _("Confirm your profile now: its term has ended"),
        _(
            "The profile of %(organisation)s was last confirmed on %(confirmed)s, and its term ended on %(due)s. "
            "Read it and confirm it with one click. If nobody confirms it, it is no longer matched from %(lapses)s."
        ),
    ),
    Event.PROFILE_LAPSED: Wording(
        _("Members of the organisation"),
        _("Your profile is no longer matched"),
        _(
            "Nobody has confirmed the profile of %(organisation)s. Requests and meetings go on as they are. Until "
            "%(until)s one click brings the profile back; after that it is reviewed anew."
        ),
    ),
    Event.PROFILE_WITHDRAWN: Wording(
        _("Members of the organisation"),
        _("%(organisation)s has left the programme"),
        _("%(person)s has withdrawn the profile. To return, send it in for review."),
    ),
    Event.ORGANISATION_LEFT: Wording(
        _("Programme office"),
        _("%(organisation)s has left the programme"),
        _("Its matches, open requests and meetings to come have ended, and the other sides have been told."),
        by_mail=False,
    ),
    Event.DELETION_ASKED: Wording(
        _("Owners of the organisation, administrators"),
        _("The data of %(organisation)s are to be deleted"),
        _(
            "%(person)s has asked for it. An owner may take the request back until an administrator has "
            "carried it out."
        ),
    ),
    Event.DELETION_TAKEN_BACK: Wording(
        _("Owners of the organisation, administrators"),
        _("The data of %(organisation)s stay"),
        _("%(person)s has taken the request for deletion back. You need not do anything."),
    ),
    Event.DELETION_DUE: Wording(
        _("Administrators"),
        _("Delete the data of %(organisation)s by %(due)s"),
        _("The request waits for an administrator. Its page says what stands in the way, if anything does."),
    ),
    Event.DRAFT_DELETED: Wording(
        _("Members of the organisation"),
        _("Your organisation’s draft has been deleted"),
        _(
            "%(person)s has deleted the registration, which had not been sent in. Your account stays: you may begin "
            "a new registration, or close the account in your settings."
        ),
    ),
    Event.PARTNER_PAUSED: Wording(
        _("Members of the other side"),
        _("%(organisation)s is not matched for the time being"),
        _("Its profile has not been confirmed. Requests and meetings with it go on as they are."),
        by_mail=False,
    ),
    Event.PARTNER_BACK: Wording(
        _("Members of the other side"),
        _("%(organisation)s takes part again"),
        _("Its profile has been confirmed. You need not do anything."),
        by_mail=False,
    ),
    Event.PARTNER_LEFT: Wording(
        _("Members of the other side"),
        _("%(organisation)s no longer takes part"),
        _("The match with it has ended. You need not do anything."),
    ),
}
