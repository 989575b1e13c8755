"""What a firm's profile must fulfil."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.rules import check_sub_fields, stray_sub_fields
from companies.rules import check_countries, corporate_number


@pytest.mark.parametrize(
    "text", ["5070001000715", "５０７０００１０００７１５", " 5-0700-0100-0715 ", "5070001 000715"]
)
def test_a_corporate_number_is_read_in_any_width(text):
    assert corporate_number(text) == "5070001000715"


@pytest.mark.parametrize(
    ("text", "english", "japanese"),
    [
        (
            "507000100071",
            "A corporate number has 13 digits: 1 digit is missing.",
            "法人番号は13桁です。1桁足りません。",
        ),
        (
            "507000100071500",
            "A corporate number has 13 digits: this has 2 digits too many.",
            "法人番号は13桁です。2桁多く入力されています。",
        ),
        (
            "5070001OOO715",
            "A corporate number has digits only: “O” at place 8 is none.",
            "法人番号は数字だけで入力してください。8文字目の「O」は数字ではありません。",
        ),
        (
            "5070001000751",
            "The first digit does not go with the other 12. Check these places first: digits 12 and 13 (swapped?).",
            "先頭の数字（検査用数字）がほかの12桁と合いません。まず、次の桁を確認してください：12桁目と13桁目（入れ替わり）。",
        ),
    ],
)
def test_a_wrong_corporate_number_says_which_mistake(text, english, japanese):
    for language, message in (("en", english), ("ja", japanese)):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            corporate_number(text)
        with translation.override(language):
            assert caught.value.messages == [message]


def test_a_country_is_not_both_preferred_and_excluded():
    check_countries(["SG"], ["IN"])
    with pytest.raises(ValidationError) as caught:
        check_countries(["SG", "IN"], ["IN"])
    assert list(caught.value.message_dict) == ["excluded_countries"]


def test_sub_fields_belong_to_the_fields():
    assert stray_sub_fields(["retail"], ["payments", "charging"]) == ["charging"]
    check_sub_fields(["retail", "mobility"], ["payments", "charging"])
    with pytest.raises(ValidationError) as caught:
        check_sub_fields(["retail"], ["charging"])
    assert caught.value.message_dict == {
        "sub_fields": ["“Charging and batteries in use” belongs to none of the chosen fields."]
    }
