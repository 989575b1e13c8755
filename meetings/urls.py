from __future__ import annotations

from django.urls import path

from meetings.views import availability, board, bookings, means, meetings, requests, rounds

app_name = "meetings"
urlpatterns = [
    path("firm/meetings/request/<int:match_pk>/", requests.request_form, name="request"),
    path("firm/meetings/request/<int:match_pk>/check/", requests.request_check, name="request_check"),
    path("firm/meetings/request/<int:match_pk>/send/", requests.request_send, name="request_send"),
    path("firm/meetings/<int:pk>/sent/", requests.request_sent, name="request_sent"),
    path("firm/meetings/<int:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("staff/meetings/request/<int:match_pk>/", requests.staff_form, name="request_for_firm"),
    path("staff/meetings/request/<int:match_pk>/check/", requests.staff_check, name="request_for_firm_check"),
    path("staff/meetings/request/<int:match_pk>/send/", requests.staff_send, name="request_for_firm_send"),
    path("staff/meetings/", meetings.staff_list, name="requests"),
    path("meetings/", meetings.meeting_list, name="list"),
    path("meetings/<int:pk>/", meetings.detail, name="detail"),
    path("meetings/<int:pk>/invitation.ics", meetings.invitation, name="ics"),
    path("meetings/<int:pk>/times/", bookings.times, name="times"),
    path("meetings/<int:pk>/book/", bookings.book, name="book"),
    path("meetings/<int:pk>/cancel/", bookings.cancel, name="cancel"),
    path("meetings/<int:pk>/answer/", requests.answer, name="answer"),
    path("meetings/<int:pk>/accept/", requests.accept, name="accept"),
    path("meetings/<int:pk>/decline/", requests.decline, name="decline"),
    path("meetings/availability/<int:pk>/", availability.pick, name="availability"),
    path("meetings/availability/<int:pk>/usual/", availability.usual, name="availability_usual"),
    path("meetings/availability/<int:pk>/none/", availability.none, name="availability_none"),
    path("staff/rounds/", rounds.round_list, name="rounds"),
    path("staff/rounds/new/", rounds.round_new, name="round_new"),
    path("staff/rounds/interpreters/", means.interpreter_list, name="interpreters"),
    path("staff/rounds/interpreters/new/", means.interpreter_new, name="interpreter_new"),
    path("staff/rounds/closures/", means.closure_list, name="closures"),
    path("staff/rounds/closures/new/", means.closure_new, name="closure_new"),
    path("staff/rounds/<int:pk>/", board.round_page, name="round"),
    path("staff/rounds/<int:pk>/edit/", rounds.round_edit, name="round_edit"),
    path("staff/rounds/<int:pk>/collect/", rounds.collect, name="collect"),
    path("staff/rounds/requests/<int:pk>/set-aside/", rounds.set_aside, name="set_aside"),
    path("staff/rounds/<int:pk>/place/", rounds.place, name="place"),
    path("staff/rounds/<int:pk>/progress/", rounds.progress, name="progress"),
    path("staff/rounds/<int:pk>/publish/", rounds.publish, name="publish"),
    path("staff/rounds/placements/<int:pk>/", board.placement, name="placement"),
    path("staff/rounds/placements/<int:pk>/move/", board.move, name="move"),
    path("staff/rounds/placements/<int:pk>/lock/", board.lock, name="lock"),
    path("staff/rounds/placements/<int:pk>/unlock/", board.unlock, name="unlock"),
    path("staff/rounds/placements/<int:pk>/ask/", board.ask, name="ask_times"),
]
