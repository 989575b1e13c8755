"""Names as they are compared and sorted; what people see is always what was written.

Pure: text in, text out. Width, case, blanks, punctuation and the legal form do not matter for comparison, so that
㈱北浜, (株)北浜 and 北浜 株式会社 are one, and so are Alpha Pte. Ltd. and ALPHA PTE LTD.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_JAPANESE_FORMS = (
    "特定非営利活動法人", "国立研究開発法人", "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人",
    "社会福祉法人", "独立行政法人", "有限責任事業組合", "協同組合", "医療法人", "学校法人", "農事組合法人",
    "株式会社", "株式會社", "有限会社", "有限會社", "合同会社", "合資会社", "合名会社", "相互会社",
    "股份有限公司", "有限公司", "주식회사",
)  # fmt: skip
# NFKC turns ㈱ into (株).
_SHORT_FORMS = re.compile(r"\((?:株|有|合|同|資|名|相|社|財|医|学|福|農|独|特非|주)\)")
# The last words of a name, without their points.
_LAST = frozenset({
    "ab", "ag", "as", "bhd", "bv", "co", "company", "corp", "corporation", "gk", "gmbh", "inc",
    "incorporated", "jsc", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "pte", "pty",
    "pvt", "sa", "sarl", "sas", "sdn", "srl", "tbk", "yk", "בעמ",
})  # fmt: skip
_LAST_PHRASES = (
    ("joint", "stock", "company"), ("private", "limited"), ("private", "ltd"), ("proprietary", "limited"),
    ("kabushiki", "kaisha"), ("kabushiki", "gaisha"), ("yugen", "kaisha"), ("godo", "kaisha"), ("godo", "gaisha"),
)  # fmt: skip
# The first words: Indonesia's, and Vietnam's from the longest to the shortest.
_FIRST = (
    ("công", "ty", "cổ", "phần"), ("công", "ty", "tnhh"), ("cong", "ty", "co", "phan"), ("cong", "ty", "tnhh"),
    ("công", "ty"), ("cong", "ty"), ("ctcp",), ("pt",), ("cv",),
)  # fmt: skip
# Points and primes stand within words (Pte., S.A., Men's, בע"מ); everything else that is no letter parts them.
_WITHIN_WORDS = re.compile(r"[.·'’‘\"”“״׳]")
_OF_WORDS = frozenset("LMN")  # letters, marks upon them (the vowels of Hindi), numbers
_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_READING = re.compile(r"[ァ-ヺー・ヽヾ゠0-9 ]*")


def comparison_key(name: str) -> str:
    """The key of a name; two names with one key are told apart by their form, width, case or punctuation at most.

    A name that is nothing but a legal form keeps it. A key is its own key.
    """
    words = _words(_WITHIN_WORDS.sub("", _plain(name)))
    key = _without_japanese_form(_compatible("".join(_without_foreign_form(words))))
    return key or "".join(words) or _compatible(name).strip()


def first_word(name: str) -> str:
    """The first word of a name behind its legal form, for looking names up before comparing their keys."""
    words = _without_foreign_form(_words(_plain(name)))
    return words[0] if words else ""


def katakana(text: str) -> str:
    """A reading as it is kept: hiragana and half-width letters become katakana, runs of blanks one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_HIRAGANA).split())


def is_reading(text: str) -> bool:
    """Whether a text, as `katakana` gives it, is one: katakana, their marks, digits and blanks."""
    return _READING.fullmatch(text) is not None


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _plain(name: str) -> str:
    return _SHORT_FORMS.sub(" ", _compatible(name))


def _words(text: str) -> list[str]:
    """The words of a text, each without the Japanese forms at its ends: 北浜株式会社 is written without a blank."""
    parts = "".join(
        character if unicodedata.category(character)[0] in _OF_WORDS else " " for character in text
    )
    words = (_without_japanese_form(word) for word in parts.split())
    return [word for word in words if word]


def _without_japanese_form(word: str) -> str:
    shorter = word
    for form in _JAPANESE_FORMS:
        shorter = shorter.removeprefix(form).removesuffix(form)
    return word if shorter == word else _without_japanese_form(shorter)


def _without_foreign_form(words: Sequence[str]) -> Sequence[str]:
    shorter = _one_form_less(words)
    return words if shorter == words else _without_foreign_form(shorter)


def _one_form_less(words: Sequence[str]) -> Sequence[str]:
    """The words without one form at an end, unless nothing would be left."""
    for form in _FIRST:
        if len(words) > len(form) and tuple(words[: len(form)]) == form:
            return words[len(form) :]
    for form in _LAST_PHRASES:
        if len(words) > len(form) and tuple(words[-len(form) :]) == form:
            return words[: -len(form)]
    return words[:-1] if len(words) > 1 and words[-1] in _LAST else words
