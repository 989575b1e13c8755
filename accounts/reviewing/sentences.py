"""Ready sentences for the commonest corrections, in whichever language the applicant reads."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

SENTENCES: dict[str, Promise | str] = {
    "register": gettext_lazy("Write it as it stands in the commercial register."),
    "concrete": gettext_lazy("Be more concrete: give figures, dates or an example."),
    "source": gettext_lazy("Say where the figure comes from, of which date it is and in which currency."),
    "unclear": gettext_lazy("We could not understand this. Explain it in plain words."),
    "field": gettext_lazy("The choice does not fit what you describe. Choose again."),
    "link": gettext_lazy("The link does not open. Check the address."),
    "personal": gettext_lazy("Take out the personal data of third parties."),
    "confidential": gettext_lazy("Take out what must stay confidential: others will read this."),
    "english": gettext_lazy("Add an English version: startups read this."),
}


def sentence(key: str, language: str) -> str:
    """The sentence as somebody who reads that language will see it."""
    with translation.override(language):
        return str(SENTENCES[key])


def choices(language: str) -> list[tuple[str, str]]:
    """To choose from: as the applicant will read it, and in the reviewer's own language if that is another."""
    own = get_language() or language
    return [("", _("No ready sentence")), *((key, _shown(key, language, own)) for key in SENTENCES)]


def _shown(key: str, language: str, own: str) -> str:
    theirs = sentence(key, language)
    if own.startswith(language):
        return theirs
    return _("%(sentence)s (in your language: %(own)s)") % {"sentence": theirs, "own": str(SENTENCES[key])}
