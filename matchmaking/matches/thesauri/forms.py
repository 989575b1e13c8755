"""What administrators write about a capability. Wordings are checked here: the engine never meets one that is not."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.registration.choosing import MOST_CHOSEN
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import CAPABILITY_FIELDS
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.models.thesauri import (
    LONGEST_GLOSS,
    LONGEST_KEY,
    LONGEST_LABEL_EN,
    LONGEST_LABEL_JA,
    TEXTS,
)
from matchmaking.matches.thesauri.groups import group_name
from matchmaking.matches.thesauri.patterns import LONGEST, WIDEST, Fault, PatternError, check

MOST_WORDINGS = 30
LONGEST_TEXT = 2000  # of a need or pitch, as the engine reads it
FAULTS: dict[Fault, Promise] = {
    Fault.LONG: _("Line %(line)s: Shorten the wording to %(longest)s characters."),
    Fault.UNKNOWN: _("Line %(line)s: Put a backslash before “%(found)s” (character %(at)s), or remove it."),
    Fault.OPEN: _("Line %(line)s: Close the bracket that is open at character %(at)s."),
    Fault.UNBOUNDED: _(
        "Line %(line)s: Instead of “%(found)s” (character %(at)s), write how often, such as {0,10}."
    ),
    Fault.NESTED: _("Line %(line)s: Take out the repetition within a repetition at character %(at)s."),
    Fault.WIDE: _(
        "Line %(line)s: Write a repetition of at most %(widest)s at character %(at)s, the smaller first."
    ),
    Fault.SLOW: _("Line %(line)s: Split this wording into several: it can match in too many ways."),
    Fault.MATCHES_NOTHING: _(
        "Line %(line)s: Write something that must stand there: now every text would match."
    ),
}


class WordingsField(LinesField):
    """One wording a line, in the language of `thesauri.patterns`."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"})
        super().__init__(widget=widget, required=False, strip=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Each wording once. What is wrong is told by the line as the person sees it, empty ones counted."""
        lines: dict[str, int] = {}
        for number, line in enumerate(str(super().clean(value)).splitlines(), start=1):
            lines.setdefault(line.strip(), number)
        lines.pop("", None)
        if len(lines) > MOST_WORDINGS:
            raise ValidationError(_("Write at most %(most)s wordings.") % {"most": MOST_WORDINGS})
        errors = [error for text, number in lines.items() if (error := _fault(number, text))]
        if errors:
            raise ValidationError(errors)
        return list(lines)


def _fault(line: int, wording: str) -> str:
    """What is wrong with a wording, and what to do; nothing if it is in order."""
    try:
        check(wording)
    except PatternError as error:
        values = {"line": line, "at": error.at, "found": error.found, "longest": LONGEST, "widest": WIDEST}
        return str(FAULTS[error.fault] % values)
    return ""


def _text(label: Promise, longest: int, hint: Promise | str = "", *, rows: int = 0) -> OneLineField:
    """`rows`: for a sentence, which is one line but too long to be seen whole in a box of one."""
    long = _("Shorten this to %(limit_value)s characters.")
    required = _("Write this in both languages.")
    messages = {"required": required, "max_length": long}
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return OneLineField(
        label=label, max_length=longest, help_text=hint, error_messages=messages, widget=widget
    )


class CapabilityForm(forms.Form):
    """A capability of the draft; `seen` says what it said when the person began."""

    field = forms.ChoiceField(label=_("Field"), choices=CAPABILITY_FIELDS)
    group = forms.ChoiceField(label=_("Group"))
    label_ja = _text(
        _("Name in Japanese"), LONGEST_LABEL_JA, _("Short enough for a card: at most 30 characters.")
    )
    label_en = _text(_("Name in English"), LONGEST_LABEL_EN)
    gloss_ja = _text(
        _("Meaning in Japanese"),
        LONGEST_GLOSS,
        _("One line. Challenges are compared with it, so write as firms do."),
        rows=3,
    )
    gloss_en = _text(
        _("Meaning in English"),
        LONGEST_GLOSS,
        _("One line. Pitches are compared with it, so write as startups do."),
        rows=3,
    )
    aliases_ja = WordingsField(
        label=_("Wordings in Japanese"),
        help_text=_(
            "One a line. (a|b) is a choice, .{0,6} up to six characters in between, ? what may be missing."
        ),
    )
    aliases_en = WordingsField(
        label=_("Wordings in English"),
        help_text=_("One a line, in either case, from the beginning of a word. \\b is the edge of a word."),
    )
    seen = OneLineField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, draft: ThesaurusVersion, entry: CapabilityEntry | None = None
    ) -> None:
        initial = {**entry.content(), "seen": seen_of(entry)} if entry else {}
        super().__init__(data, initial=initial)
        self._draft, self.entry = draft, entry
        language: LanguageCode = "ja" if (get_language() or "ja").startswith("ja") else "en"
        groups = draft.entries.order_by().values_list("group", flat=True).distinct()
        named = sorted((group_name(group, language), group) for group in groups)
        self.fields["group"].choices = [(group, name) for name, group in named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("label_ja", "label_en"):
            others = self._draft.entries.active().filter(**{f"{name}__iexact": cleaned.get(name, "")})
            if others.exclude(pk=self.entry.pk if self.entry else None).exists():
                self.add_error(name, _("Another capability has this name. Write how this one differs."))
        if self.entry and cleaned.get("seen") != seen_of(self.entry):
            text = _("Somebody else changed this capability meanwhile. Compare, then check again.")
            self.data = {**self.data.dict(), "seen": seen_of(self.entry)}
            raise ValidationError(text, code="meanwhile")
        return cleaned

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TEXTS}


def seen_of(entry: CapabilityEntry) -> str:
    """Twelve letters that change with anything the entry says."""
    text = json.dumps(entry.content(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def free_key(draft: ThesaurusVersion, label: str) -> str:
    """A plain key made of an English name, which no capability of the draft has."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[: LONGEST_KEY - 4] or "capability"
    taken = set(draft.entries.filter(key__startswith=plain).values_list("key", flat=True))
    numbered = (f"{plain}_{number}" for number in range(2, len(taken) + 3))
    return plain if plain not in taken else next(key for key in numbered if key not in taken)


class MergeForm(forms.Form):
    """Into which capability another is merged."""

    into = forms.ChoiceField(
        label=_("Merge into"), error_messages={"required": _("Choose the capability that stays.")}
    )

    def __init__(self, data: Any = None, *, entry: CapabilityEntry) -> None:
        super().__init__(data)
        others = entry.version.entries.active().exclude(pk=entry.pk).order_by("label_en")
        nearest = sorted(others, key=lambda each: (each.group != entry.group, each.label))
        self.fields["into"].choices = [("", "–"), *((each.key, each.label) for each in nearest)]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a capability is retired, or a draft comes into force; `seen` says what the person has looked at."""

    seen = OneLineField(widget=forms.HiddenInput, required=False)
    reason = LinesField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the audit trail."),
        error_messages={"required": _("Write why.")},
    )


class TextForm(forms.Form):
    """A need or a pitch to read."""

    text = LinesField(
        label=_("Need or pitch"),
        max_length=LONGEST_TEXT,
        help_text=_("In Japanese or English. Nothing is saved."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Paste a text.")},
    )


class ConfirmForm(forms.Form):
    """One to three of the suggested capabilities, or that none fits."""

    chosen_keys = forms.MultipleChoiceField(
        label=_("Capabilities"), required=False, widget=forms.CheckboxSelectMultiple
    )
    none_fits = forms.BooleanField(
        label=_("None of these fits"),
        required=False,
        help_text=_("Matching then does not guess: it goes by your words alone."),
    )

    def __init__(
        self, data: Any = None, *, choices: list[tuple[str, str]], confirmed: list[str] | None
    ) -> None:
        super().__init__(data, initial={"chosen_keys": confirmed or [], "none_fits": confirmed == []})
        self.fields["chosen_keys"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, none_fits = cleaned.get("chosen_keys") or [], cleaned.get("none_fits")
        if len(chosen) > MOST_CHOSEN:
            self.add_error("chosen_keys", _("Tick at most three: the ones that fit best."))
        elif chosen and none_fits:
            self.add_error("none_fits", _("Tick capabilities, or that none fits, not both."))
        elif not chosen and not none_fits and not self.errors:
            place = "chosen_keys" if self.fields["chosen_keys"].choices else "none_fits"  # type: ignore[attr-defined]
            self.add_error(place, _("Tick one to three, or that none fits."))
        return cleaned

    def chosen(self) -> list[str]:
        """Empty where none fits."""
        return list(self.cleaned_data["chosen_keys"])
