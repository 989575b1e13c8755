"""What firms and startups alike are told to do about an answer that cannot be taken."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WEB_ADDRESS = _("Enter an address that begins with https://, for example https://www.example.com.")
FIELDS = _("Choose at least one field.")
SUB_FIELDS = _("Choose sub-fields from the list.")
MODES = _("Choose at least one kind of cooperation.")
LANGUAGES = _("Choose at least one language in which you can hold a meeting.")
MEETING_LIMIT = _("Enter how many meetings a month you can hold, from 1 to 40.")
