"""Addresses of the reader's own account, of decisions about profiles, of reviews, and of the audit trail."""

from __future__ import annotations

from django.urls import include, path

from accounts.views import (
    asking,
    audit,
    changes,
    deletion,
    joining,
    lifecycle,
    members,
    settings,
    staff,
    standing,
)
from accounts.views.reviews import applicant, decisions, queue

app_name = "accounts"
_account = [
    path("settings/", settings.settings, name="settings"),
    path("identity/take-back/", changes.identity_take_back, name="identity_take_back"),
    path("profile/confirm/", lifecycle.renew, name="renew"),
    path("profile/leave/", lifecycle.withdraw, name="withdraw"),
    path("profile/delete/", deletion.delete, name="delete"),
    path("profile/delete/take-back/", deletion.take_back, name="delete_take_back"),
    path("application/take-back/", applicant.take_back, name="review_take_back"),
    path("sessions/<int:pk>/end/", settings.end_session, name="session_end"),
    path("close/", settings.close_account, name="close"),
    path("invitation/", joining.invitation_answer, name="invitation_answer"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("people/", members.members, name="members"),
    path("people/invite/", members.invite, name="invite"),
    path("people/leave/", members.leave, name="leave"),
    path("people/<int:pk>/role/", members.change_role, name="member_role"),
    path("people/<int:pk>/remove/", members.remove, name="member_remove"),
    path("people/asked/<int:pk>/admit/", members.admit, name="join_admit"),
    path("people/asked/<int:pk>/refuse/", members.refuse, name="join_refuse"),
    path("invitations/<int:pk>/again/", members.renew_invitation, name="invitation_renew"),
    path("invitations/<int:pk>/revoke/", members.revoke_invitation, name="invitation_revoke"),
    path("staff/", staff.people, name="staff"),
    path("staff/invite/", staff.invite, name="staff_invite"),
    path("staff/<int:pk>/end/", staff.end_access, name="staff_end"),
    path("staff/erase/", deletion.person, name="person_erase"),
    path("audit/", audit.audit_trail, name="audit"),
    path("organisations/<int:pk>/publish/", standing.publish_again, name="publish_again"),
    path("organisations/<int:pk>/suspend/", standing.suspend, name="suspend"),
]
_reviews = [
    path("", queue.queue, name="review_queue"),
    path("<int:pk>/", queue.detail, name="review"),
    path("<int:pk>/open/", queue.open_, name="review_open"),
    path("<int:pk>/assign/", queue.assign, name="review_assign"),
    path("<int:pk>/checks/", queue.tick, name="review_tick"),
    path("<int:pk>/checked/", queue.ticked, name="review_ticked"),
    path("<int:pk>/approve/", decisions.approve, name="review_approve"),
    path("<int:pk>/changes/", decisions.ask_for_changes, name="review_changes"),
    path("<int:pk>/decline/", decisions.propose_decline, name="review_decline"),
    path("<int:pk>/decline/confirm/", decisions.confirm_decline, name="review_decline_confirm"),
    path("<int:pk>/decline/refuse/", decisions.refuse_decline, name="review_decline_refuse"),
    path("<int:pk>/reverse/", decisions.reverse_decision, name="review_reverse"),
]
urlpatterns = [
    path("account/", include(_account)),
    path("staff/review/", include(_reviews)),
    path("staff/changes/", changes.changes, name="changes"),
    path("staff/changes/<int:pk>/seen/", changes.changes_seen, name="changes_seen"),
    path("staff/deletions/", deletion.deletions, name="deletions"),
    path("staff/deletions/<int:pk>/", deletion.deletion, name="deletion"),
    path("staff/renewals/", lifecycle.renewals, name="renewals"),
    path("staff/join-requests/", asking.join_requests, name="join_requests"),
    path("staff/join-requests/<int:pk>/admit/", asking.admit, name="join_request_admit"),
    path("staff/join-requests/<int:pk>/decline/", asking.decline, name="join_request_decline"),
]
