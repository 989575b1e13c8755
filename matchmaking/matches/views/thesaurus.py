"""The list of capabilities as officers read it: what there is, who carries it, what a text is read to hold."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.deeds import WORDS
from accounts.lists import chips
from accounts.roles import Permission, can, requires
from matchmaking.core.models import AuditEvent
from matchmaking.core.sheets import csv_file
from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import Sought
from matchmaking.matches.models import CapabilityEntry, CapabilityReading, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.balance import balance, carriers
from matchmaking.matches.thesauri.filters import CapabilityFilterSet
from matchmaking.matches.thesauri.forms import TextForm
from matchmaking.matches.thesauri.groups import group_name
from matchmaking.matches.thesauri.marking import marked, unexplained
from matchmaking.matches.thesauri.suggestions import read_by_meaning

PAGE = 50
DEEDS_SHOWN = 50


def reader_language() -> LanguageCode:
    return "ja" if (get_language() or "ja").startswith("ja") else "en"


def edition_for(request: HttpRequest) -> ThesaurusVersion | None:
    """The draft where the address asks for it and there is one, else the edition in force."""
    draft = ThesaurusVersion.objects.drafts().first() if "draft" in request.GET else None
    return draft or ThesaurusVersion.objects.in_force().first()


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def capability_list(request: HttpRequest) -> HttpResponse:
    """All capabilities of an edition by field and group, with search and filters in the address."""
    version = edition_for(request)
    rows = CapabilityEntry.objects.filter(version=version).by_field()
    filters = CapabilityFilterSet(request.GET, rows)
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    counts, language = carriers(), reader_language()
    for entry in page:
        entry.group_label = group_name(entry.group, language)
        entry.carried = counts[entry.key]
    context = {
        "version": version,
        "draft": ThesaurusVersion.objects.drafts().first(),
        "page": page,
        "form": filters.form,
        "chips": chips(filters.form),
        "keep": {"draft": "1"} if version and version.is_draft else {},
        "may_edit": can(request.user, Permission.MANAGE_CAPABILITIES),
    }
    return render(request, "matches/capabilities/list.html", context)


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def capability(request: HttpRequest, key: str) -> HttpResponse:
    """One capability: what it says, in force and in the draft, who carries it, and what was done to it."""
    versions = ThesaurusVersion.objects.exclude(status="superseded")
    entries = {
        entry.version.status: entry
        for entry in CapabilityEntry.objects.filter(version__in=versions, key=key).select_related("version")
    }
    shown = entries.get("in_force") or entries.get("draft")
    if shown is None:
        raise Http404
    context = {
        "entry": shown,
        "draft_entry": entries.get("draft"),
        "group": group_name(shown.group, reader_language()),
        "carried": carriers()[key],
        "deeds": _deeds(key),
        "may_edit": can(request.user, Permission.MANAGE_CAPABILITIES),
        "changed": _changed(entries),
    }
    return render(request, "matches/capabilities/detail.html", context)


def _changed(entries: dict[str, CapabilityEntry]) -> bool:
    """Whether the draft says something else than the edition in force."""
    current, draft = entries.get("in_force"), entries.get("draft")
    if current is None or draft is None:
        return draft is not None
    return (current.content(), current.status, current.merged_into) != (
        draft.content(),
        draft.status,
        draft.merged_into,
    )


def _deeds(key: str) -> list[dict[str, Any]]:
    """What was done to the capability in any edition, newest first."""
    pks = [str(pk) for pk in CapabilityEntry.objects.filter(key=key).values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(target_type="matches.capabilityentry", target_id__in=pks)
    return [
        {"at": event.at, "by": event.actor_label or _("The portal"), "text": WORDS[event.action]}
        for event in events.order_by("-pk")[:DEEDS_SHOWN]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_CAPABILITIES)
def try_text(request: HttpRequest) -> HttpResponse:
    """Which wordings occur in a text, marked in it, and which capabilities they stand for."""
    version = edition_for(request)
    form = TextForm(request.POST if request.method == "POST" else None)
    found, left, meant, language = None, [], None, reader_language()
    if request.method == "POST" and form.is_valid():
        thesaurus, text = (
            editions.of_version(version) if version else editions.delivered(),
            form.cleaned_data["text"],
        )
        found, left = marked(text, thesaurus), unexplained(text, thesaurus)
        meant = _meant(text, version, found.language)
    context = {
        "form": form,
        "version": version,
        "found": found,
        "hits": [
            {
                "key": hit.capability.id,
                "label": hit.capability.label(language),
                "phrases": hit.phrases,
                "wordings": hit.wordings,
            }
            for hit in (found.hits if found else ())
        ],
        "left": [
            {
                "text": each.text,
                "key": each.near and each.near.id,
                "near": each.near and each.near.label(language),
            }
            for each in left
        ],
        "meant": meant,
    }
    return render(request, "matches/capabilities/try_text.html", context)


def _meant(text: str, version: ThesaurusVersion | None, spoken: LanguageCode) -> list[dict[str, str]] | None:
    """What a worker reads in the text by the edition in force, or None if none has answered; a draft is not read so."""
    if version is not None and version.is_draft:
        return None
    sought, language = Sought.STARTUPS if spoken == "ja" else Sought.CHALLENGES, reader_language()
    read = read_by_meaning(text, sought)
    return None if read is None else [{"key": each.id, "label": each.label(language)} for each in read]


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def answered_badly(request: HttpRequest) -> HttpResponse:
    """Needs that the list has no capability for, with their text."""
    rows = CapabilityReading.objects.answered_badly()
    rows = rows.select_related("challenge__company__organisation")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "matches/capabilities/answered_badly.html", {"page": page})


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def supply_and_demand(request: HttpRequest) -> HttpResponse:
    """How many needs ask for each capability and how many startups offer it, the greatest shortage first."""
    rows = balance(reader_language())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "csv_url": reverse("matches:capability_balance_csv")}
    return render(request, "matches/capabilities/balance.html", context)


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def supply_and_demand_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file for Excel."""
    head = [_("Capability"), _("Field"), _("Group"), _("Needs"), _("Startups"), _("Startups less needs")]
    rows = [
        [row.label, row.field, row.group, row.needs, row.offers, row.offers - row.needs]
        for row in balance(reader_language())
    ]
    return csv_file("capabilities", [head, *rows])
