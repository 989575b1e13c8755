"""Requests, availability, rounds with their timetables, and booked meetings."""

from __future__ import annotations

from meetings.models.attendees import Attendee, attendees_of, uncovered
from meetings.models.availability import (
    Availability,
    AvailabilityWindow,
    Closure,
    DayHours,
    OrganisationHours,
)
from meetings.models.bookings import BookingSeat, Meeting, MeetingQuerySet, Resource, unaddressed, unattended
from meetings.models.confirmations import (
    Confirmation,
    ConfirmationTerm,
    unconfirmed,
    unconfirmed_in_time,
)
from meetings.models.feeds import CalendarFeed
from meetings.models.history import BoardStep
from meetings.models.misfits import Misfit
from meetings.models.proposals import Proposal, open_proposal
from meetings.models.reports import MeetingReport
from meetings.models.requests import MeetingRequest, firms_that_agreed_with
from meetings.models.rounds import Interpreter, Placement, Room, Round, Timetable
from meetings.models.shifts import Shift

__all__ = [
    "Attendee",
    "Availability",
    "AvailabilityWindow",
    "BoardStep",
    "BookingSeat",
    "CalendarFeed",
    "Closure",
    "Confirmation",
    "ConfirmationTerm",
    "DayHours",
    "Interpreter",
    "Meeting",
    "MeetingQuerySet",
    "MeetingReport",
    "MeetingRequest",
    "Misfit",
    "OrganisationHours",
    "Placement",
    "Proposal",
    "Resource",
    "Room",
    "Round",
    "Shift",
    "Timetable",
    "attendees_of",
    "firms_that_agreed_with",
    "open_proposal",
    "unaddressed",
    "unattended",
    "unconfirmed",
    "unconfirmed_in_time",
    "uncovered",
]
