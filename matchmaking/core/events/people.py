"""Who belongs where."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

PEOPLE: dict[Event, Wording] = {
    Event.INVITATION_ACCEPTED: Wording(
        _("Who sent the invitation, owners of the organisation"),
        _("%(person)s has accepted the invitation"),
        _("%(person)s now belongs to %(place)s."),
    ),
    Event.JOIN_ASKED: Wording(
        _("Owners of the organisation; the programme office where there is none"),
        _("%(person)s asks to join %(organisation)s"),
        _("Admit only somebody you know. Their e-mail address is %(email)s."),
    ),
    Event.JOIN_ADMITTED: Wording(
        _("Who asked to join"),
        _("You now belong to %(organisation)s"),
        _("The owner has admitted you. You can work on its profile from now on."),
    ),
    Event.JOIN_REFUSED: Wording(
        _("Who asked to join"),
        _("You were not admitted"),
        _("The owner of the organisation did not admit you. Talk to the colleague who registered it."),
    ),
    Event.OWNER_ADMITTED: Wording(
        _("Who asked to join an organisation without an owner"),
        _("You now decide for %(organisation)s"),
        _(
            "The programme office has admitted you as its owner. You work on its profile and "
            "decide who else belongs to it."
        ),
    ),
    Event.JOIN_DECLINED: Wording(
        _("Who asked to join an organisation without an owner"),
        _("The programme office has not admitted you"),
        _("It wrote: “%(reason)s” If you think that this is a mistake, write to the programme office."),
    ),
    Event.MEMBER_ROLE_CHANGED: Wording(
        _("The member"),
        _("Your role in %(organisation)s has changed"),
        _("%(by)s has changed what you may do. See the page of its people."),
    ),
    Event.MEMBER_REMOVED: Wording(
        _("The member"),
        _("You no longer belong to %(organisation)s"),
        _("%(by)s has removed you. Talk to the owner if this is a mistake."),
    ),
    Event.MEMBER_LEFT: Wording(
        _("Owners of the organisation"),
        _("%(person)s has left %(organisation)s"),
        _("They can no longer see or change anything of it."),
    ),
}
