"""What to ask about a market: a template for each field, from which whoever asks for research begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import Field
from research.models import country_choices

_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
TEMPLATES: Final[Mapping[str, Promise | str]] = {
    Field.DECARBONIZATION: _(
        "1. How large is the market for this technology in %(market)s, and how fast does it grow?\n"
        "2. Which support measures, standards and permits decide whether it is bought?\n"
        "3. Who supplies it today, at what price, and what would make buyers change?\n"
        "4. What would our plant or product need for it to be used there or here?"
    ),
    Field.HEALTHCARE: _(
        "1. How many hospitals, clinics or patients in %(market)s could use it, and who pays?\n"
        "2. Which class of device is it, and how long does approval take there and in Japan?\n"
        "3. What evidence do buyers ask for, and who has it already?\n"
        "4. What about personal data: where may it be kept, and who answers for it?"
    ),
    Field.MOBILITY: _(
        "1. How many vehicles, routes or depots in %(market)s could use it, and how fast does this grow?\n"
        "2. Which type approvals, road rules and safety standards apply?\n"
        "3. Who competes, and on what do fleets decide: price, uptime, range or service?\n"
        "4. Which parts of ours could be used, and to what specification?"
    ),
    Field.RETAIL: _(
        "1. How many stores in %(market)s work in this way, and what do they spend on it?\n"
        "2. Which rules on payments, labels, staff and customers' data apply?\n"
        "3. Which competitors do chains of our size use, and at what cost a store?\n"
        "4. What did first users gain, in figures, and after how long?"
    ),
    Field.AGRITECH: _(
        "1. What area, or how many farms, in %(market)s could use it, and what can they pay?\n"
        "2. Which rules on plants, chemicals, food and imports apply?\n"
        "3. Who competes, and how do growers find out about such things and buy them?\n"
        "4. Does it work in our climate and with our varieties: who has tried?"
    ),
}


def question_for(field: str, market: str) -> str:
    """The template in the reader's language; nothing where the field or the market is not known."""
    names = dict(country_choices())
    if field not in TEMPLATES or market not in names:
        return ""
    return str(TEMPLATES[field]) % {"market": names[market]}


def usual_questions(market: str, language: str) -> list[str]:
    """Those of all fields for a market, in one language: what a question is compared with."""
    with translation.override(language):
        return [question_for(field, market) for field in TEMPLATES]


def language_of(text: str) -> str:
    return "ja" if _JAPANESE.search(text) else "en"
