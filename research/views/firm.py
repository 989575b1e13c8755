"""A firm's pages of research: what it asked for, and what was published to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from research import content, word, words
from research.enums import CommissionStatus
from research.models import Commission, ReportVersion

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@requires(Permission.SEE_RESEARCH)
def own_list(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    rows = Commission.objects.visible_to(request.user).with_parties()
    today = timezone.localdate()
    return render(request, "research/own_list.html", {"rows": [words.row_of(each, today) for each in rows]})


@require_safe
@requires(Permission.SEE_RESEARCH)
def own_commission(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a request stands; once it is published, the report: a firm sees none before."""
    made = get_object_or_404(Commission.objects.visible_to(request.user).with_parties(), pk=pk)
    version = content.latest(made) if made.status == CommissionStatus.PUBLISHED else None
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "facts": words.facts_of(made, for_staff=False),
        "report": content.shown(version.content, made.language, with_links=True) if version else None,
        "imprint": words.imprint_of(made, version) if version else "",
    }
    return render(request, "research/own_commission.html", context)


@require_safe
@requires(Permission.SEE_RESEARCH)
def own_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The published report as a Word document."""
    made = get_object_or_404(Commission.objects.visible_to(request.user).published().with_parties(), pk=pk)
    version = content.latest(made)
    if version is None:
        raise Http404
    return given(made, version)


def given(made: Commission, version: ReportVersion) -> HttpResponse:
    """As a download that no cache keeps."""
    response = HttpResponse(word.word_of(made, version), content_type=WORD)
    name = word.name_of_file(made, version)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
