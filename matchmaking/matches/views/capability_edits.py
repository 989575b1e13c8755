"""What an administrator changes in the list of capabilities: always in the draft, never in what is in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, can, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.forms import TrialForm
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.models.thesauri import TEXTS
from matchmaking.matches.thesauri.changes import changes
from matchmaking.matches.thesauri.forms import CapabilityForm, MergeForm, ReasonForm, free_key
from matchmaking.matches.thesauri.groups import group_name
from matchmaking.matches.views.thesaurus import reader_language


def _draft() -> ThesaurusVersion | None:
    return ThesaurusVersion.objects.drafts().first()


def _entry(key: str) -> CapabilityEntry:
    """The entry of the draft; there is a page for it once there is a draft."""
    entries = CapabilityEntry.objects.select_related("version").filter(version=_draft())
    return get_object_or_404(entries, key=key)


@require_safe
@requires(Permission.SEE_CAPABILITIES)
def draft(request: HttpRequest) -> HttpResponse:
    """What the draft changes against the edition in force."""
    found, current = _draft(), ThesaurusVersion.objects.in_force().first()
    context = {
        "draft": found,
        "rows": changes(current, found, reader_language()) if found and current else [],
        "may_edit": can(request.user, Permission.MANAGE_CAPABILITIES),
    }
    return render(request, "matches/capabilities/draft.html", context)


@require_POST
@requires(Permission.MANAGE_CAPABILITIES)
def draft_open(request: HttpRequest) -> HttpResponse:
    """Begin a draft, or go on with the one there is."""
    actions.open_draft(by=request.user)
    return redirect(f"{reverse('matches:capabilities')}?draft=1")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def draft_discard(request: HttpRequest) -> HttpResponse:
    """Give the draft up."""
    found = _draft()
    if found is None:
        return redirect("matches:capability_draft")
    if request.method == "POST":
        actions.discard_thesaurus(found, by=request.user)
        messages.success(request, _("The draft is discarded."))
        return redirect("matches:capabilities")
    context = {
        "title": _("Discard the draft?"),
        "lead": _("Everything that was changed in it is lost. What is in force stays as it is."),
        "confirm_label": _("Discard the draft"),
        "danger": True,
        "back_url": reverse("matches:capability_draft"),
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def draft_put_in_force(request: HttpRequest) -> HttpResponse:
    """Check what changes, give a reason, and score everybody anew by it."""
    found, current = _draft(), ThesaurusVersion.objects.in_force().first()
    if found is None or current is None:
        return redirect("matches:capability_draft")
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, initial={"seen": found.fingerprint})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run = actions.put_thesaurus_in_force(
                found, reason=given["reason"], seen=given["seen"], by=request.user
            )
            return redirect("matches:run", pk=run.pk)
        except actions.NothingChanged:
            form.add_error(None, _("The draft changes nothing yet. Change a capability first."))
        except TransitionNotAllowed:
            form.add_error(None, _("The draft was changed meanwhile. Look at the changes again."))
            form.data = {**request.POST.dict(), "seen": found.fingerprint}
    context = {
        "title": _("Put the list of capabilities in force"),
        "lead": _("All pairs are scored anew by it. A run that is under way is cancelled for that."),
        "form": form,
        "rows": changes(current, found, reader_language()),
        "confirm_label": _("Put in force"),
        "back_url": reverse("matches:capability_draft"),
    }
    return render(request, "matches/capabilities/put_in_force.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def draft_try(request: HttpRequest) -> HttpResponse:
    """See what the draft would do to matches, without touching any; take two files to evaluate on, or none."""
    found = _draft()
    if found is None:
        return redirect("matches:capability_draft")
    form = TrialForm(request.POST, request.FILES) if request.method == "POST" else TrialForm()
    if not form.is_valid():
        context = {
            "form": form,
            "title": _("Try the draft of the list of capabilities"),
            "back_url": reverse("matches:capability_draft"),
        }
        return render(request, "matches/policies/try.html", context)
    try:
        trial = actions.try_thesaurus(found, by=request.user, files=form.files_given())
        return redirect("matches:trial", pk=trial.pk)
    except actions.NothingChanged:
        messages.warning(request, _("The draft changes nothing yet. Change a capability first."))
    except actions.TrialUnderWay:
        messages.warning(request, _("A trial is under way already. There is one at a time."))
    return redirect("matches:capability_draft")


# --- One capability ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def new(request: HttpRequest) -> HttpResponse:
    """A new capability: fill in, check."""
    found = _draft()
    if found is None:
        return redirect("matches:capability_draft")
    form = CapabilityForm(request.POST if request.method == "POST" else None, draft=found)
    return _form_page(request, form, is_checked=request.method == "POST" and form.is_valid())


@require_POST
@requires(Permission.MANAGE_CAPABILITIES)
def new_save(request: HttpRequest) -> HttpResponse:
    """Add what was checked."""
    found = _draft()
    if found is None:
        return redirect("matches:capability_draft")
    form = CapabilityForm(request.POST, draft=found)
    if not form.is_valid():
        return _form_page(request, form)
    content = form.content()
    key = free_key(found, content["label_en"])
    actions.add_capability(found, key=key, content=content, by=request.user)
    messages.success(request, _("The capability is in the draft."))
    return redirect("matches:capability", key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Other words for a capability: fill in, check."""
    entry = _entry(key)
    form = CapabilityForm(
        request.POST if request.method == "POST" else None, draft=entry.version, entry=entry
    )
    return _form_page(request, form, is_checked=request.method == "POST" and form.is_valid())


@require_POST
@requires(Permission.MANAGE_CAPABILITIES)
def edit_save(request: HttpRequest, key: str) -> HttpResponse:
    """Save what was checked."""
    entry = _entry(key)
    form = CapabilityForm(request.POST, draft=entry.version, entry=entry)
    if not form.is_valid():
        return _form_page(request, form)
    actions.change_capability(entry, content=form.content(), seen=entry.content(), by=request.user)
    messages.success(request, _("The change is in the draft."))
    return redirect("matches:capability", key=key)


def _form_page(request: HttpRequest, form: CapabilityForm, *, is_checked: bool = False) -> HttpResponse:
    """The form, and above it, once it has been checked, what it would change."""
    entry = form.entry
    save = (
        reverse("matches:capability_edit_save", args=[entry.key])
        if entry
        else reverse("matches:capability_new_save")
    )
    context = {
        "form": form,
        "entry": entry,
        "title": _("Change a capability") if entry else _("Add a capability"),
        "save_url": save,
        "rows": _check_rows(form) if is_checked else [],
        "is_checked": is_checked,
        "back_url": reverse("matches:capability", args=[entry.key])
        if entry
        else reverse("matches:capabilities"),
    }
    return render(request, "matches/capabilities/form.html", context)


def _check_rows(form: CapabilityForm) -> list[dict[str, Any]]:
    """Every field that changes: before and after."""
    before = form.entry.content() if form.entry else dict.fromkeys(TEXTS)
    content = form.content()
    return [
        {
            "label": form.fields[name].label,
            "before": _shown(form, name, before[name]),
            "after": _shown(form, name, value),
        }
        for name, value in content.items()
        if value != before[name] and (value or before[name])
    ]


def _shown(form: CapabilityForm, name: str, value: Any) -> str:
    if name == "group":
        return group_name(value, reader_language()) if value else ""
    if name == "field":
        return str(dict(form.fields["field"].choices).get(value, ""))  # type: ignore[attr-defined]
    return "\n".join(value) if isinstance(value, list) else (value or "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Let another capability answer for this one."""
    entry = _entry(key)
    form = MergeForm(request.POST if request.method == "POST" else None, entry=entry)
    if request.method == "POST" and form.is_valid():
        target = entry.version.entries.get(key=form.cleaned_data["into"])
        actions.merge_capability(entry, into=target, by=request.user)
        messages.success(request, _("The capability is merged in the draft."))
        return redirect("matches:capability", key=key)
    context = {
        "title": _("Merge “%(capability)s” into another") % {"capability": entry},
        "lead": _("Profiles that name it count as naming the other. Its own wordings are used no longer."),
        "confirm_label": _("Merge in the draft"),
    }
    return _confirm_page(request, entry, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CAPABILITIES)
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Let no text be recognized by this capability."""
    entry = _entry(key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.retire_capability(entry, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The capability is retired in the draft."))
        return redirect("matches:capability", key=key)
    context = {
        "title": _("Retire “%(capability)s”?") % {"capability": entry},
        "lead": _("No text is recognized by it any longer. You can bring it back in a draft."),
        "confirm_label": _("Retire in the draft"),
        "danger": True,
    }
    return _confirm_page(request, entry, form, context)


def _confirm_page(
    request: HttpRequest, entry: CapabilityEntry, form: Any, context: dict[str, Any]
) -> HttpResponse:
    back = reverse("matches:capability", args=[entry.key])
    return render(request, "components/confirm_page.html", {**context, "form": form, "back_url": back})


@require_POST
@requires(Permission.MANAGE_CAPABILITIES)
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Use a merged or retired capability again."""
    actions.bring_back(_entry(key), by=request.user)
    messages.success(request, _("The capability is in use again in the draft."))
    return redirect("matches:capability", key=key)
