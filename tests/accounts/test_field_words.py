"""Every form about accounts and reviews: each field's bad input has a message at the field that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from allauth.account import forms as library
from django import forms
from django.core.validators import BaseValidator
from django.utils import translation

from accounts import forms as own
from accounts import sign_in_forms as signing_in
from accounts.enums import StaffRole
from accounts.field_words import say_what_to_do
from accounts.profiles.forms import ReasonForm
from accounts.profiles.kinds import Answer, Section
from accounts.reviewing.forms import ChangesForm, DeclineForm
from matchmaking.core.fields import LinesField, OneLineField
from tests import factories
from tests.conftest import Cast
from tests.field_messages import least, longer, most

pytestmark = pytest.mark.django_db
Made = Callable[[Any, Cast], forms.BaseForm]
NAME = Answer("organisation.name", "Name", "Alpha")
NEW = {"password1": factories.PASSWORD, "password2": factories.PASSWORD}


def _edit_passkey(data: Any, cast: Cast) -> forms.BaseForm:
    class Named:
        def wrap(self) -> Any:
            return type("Wrapped", (), {"name": "Office computer"})

    return signing_in.EditPasskeyForm(data, instance=Named())


# How each form is made, and what fills it in rightly as far as it needs no secret.
FORMS: dict[str, tuple[Made, Mapping[str, Any]]] = {
    "settings": (
        lambda data, cast: own.SettingsForm(data),
        {"name": "Aya", "language": "ja", "time_zone": "Asia/Tokyo", "theme": "dark"},
    ),
    "invite": (
        lambda data, cast: own.InviteForm(data),
        {"email": "a@people.example", "role": "member", "language": "ja"},
    ),
    "invite staff": (
        lambda data, cast: own.StaffInviteForm(data, roles=list(StaffRole.choices)),
        {"email": "a@people.example", "role": "expert", "language": "en"},
    ),
    "join": (
        lambda data, cast: own.JoinForm(data, email="a@people.example"),
        {"name": "Aya", "time_zone": "Asia/Tokyo", **NEW},
    ),
    "audit": (lambda data, cast: own.AuditFilterForm(data), {}),
    "sign in": (
        lambda data, cast: signing_in.LogInForm(data),
        {"login": "a@people.example", "password": "x"},
    ),
    "sign up": (
        lambda data, cast: signing_in.SignUpForm(data),
        {"name": "Aya", "email": "new@people.example", "time_zone": "Asia/Tokyo", **NEW},
    ),
    "change address": (
        lambda data, cast: signing_in.ChangeEmailForm(cast.officer, data),
        {"email": "new@people.example"},
    ),
    "change password": (
        lambda data, cast: signing_in.ChangePasswordForm(cast.officer, data),
        {
            "oldpassword": factories.PASSWORD,
            "password1": "quite another one",
            "password2": "quite another one",
        },
    ),
    "set password": (lambda data, cast: signing_in.SetPasswordForm(cast.officer, data), NEW),
    "forgotten": (lambda data, cast: signing_in.ResetPasswordForm(data), {"email": "a@people.example"}),
    "new password": (lambda data, cast: signing_in.ResetPasswordKeyForm(data, user=cast.officer), NEW),
    "again": (
        lambda data, cast: signing_in.ReauthenticateForm(data, user=cast.officer),
        {"password": factories.PASSWORD},
    ),
    "mailed code": (
        lambda data, cast: signing_in.EmailCodeForm(data, code="1234-5678", email="new@people.example"),
        {"code": "1234-5678"},
    ),
    "second step": (
        lambda data, cast: signing_in.SecondStepForm(data, user=cast.officer),
        {"code": "000000"},
    ),
    "second step again": (
        lambda data, cast: signing_in.SecondStepAgainForm(data, user=cast.officer),
        {"code": "000000"},
    ),
    "rename passkey": (_edit_passkey, {"name": "Office computer"}),
    "reason": (lambda data, cast: ReasonForm(data), {"reason": "The register says so."}),
    "decline": (lambda data, cast: DeclineForm(data), {"reason": "other", "text": "Not yet."}),
    "ask for changes": (
        lambda data, cast: ChangesForm(data, sections=[Section("Firm", (NAME,))], language="en"),
        {"text": "Two things."},
    ),
}
NAMELESS = ("Enter your name.", "お名前を入力してください。")
PLACELESS = ("Choose a city.", "都市を選択してください。")
NO_ADDRESS = (
    "Enter an address such as name@example.jp.",
    "name@example.jpのような形でメールアドレスを入力してください。",
)
NO_PASSKEY = (
    "No passkey arrived. Press the button again.",
    "パスキーを受信できませんでした。もう一度ボタンを押してください。",
)
BROKEN_PASSKEY = (
    "The passkey could not be read. Press the button again.",
    "パスキーを読み取れませんでした。もう一度ボタンを押してください。",
)
NO_MAIL = ("Enter the e-mail address.", "メールアドレスを入力してください。")
NO_PASSWORD = ("Enter a password.", "パスワードを入力してください。")
TWICE = ("Enter the same password twice.", "同じパスワードを2回入力してください。")
NO_CODE = ("Enter the code.", "コードを入力してください。")
NO_ROLE = ("Choose a role.", "役割を選択してください。")
NO_LANGUAGE = ("Choose a language.", "言語を選択してください。")
NOT_OFFERED = ("Choose from what is offered here.", "表示されている選択肢から選んでください。")
NO_DAY = ("Enter a day such as 2026-12-03.", "日付は 2026-12-03 のように入力してください。")
ONE_LINE = ("Write this on one line.", "改行を入れずに1行で入力してください。")
LINK = ("Enter a name without a web address.", "ウェブアドレスを含まない名前を入力してください。")
HIDDEN = (
    "This contains a character that cannot be seen (U+202E). Delete it. It stands after “Aya”.",
    "目に見えない文字（U+202E）が含まれています。削除してください。「Aya」の後にあります。",
)


# form, field, what is sent instead of the right answer, the words at the field in both languages
BAD: list[tuple[str, str, Any, tuple[str, str]]] = [
    ("settings", "name", "", NAMELESS),
    ("settings", "name", "　 ", NAMELESS),
    ("settings", "name", "x" * 121, longer(120, 121)),
    ("settings", "name", "Aya\u202e", HIDDEN),
    ("settings", "name", "Aya\nB", ONE_LINE),
    ("settings", "name", "www.win.example", LINK),
    ("settings", "language", "", NO_LANGUAGE),
    ("settings", "language", "fr", NOT_OFFERED),
    ("settings", "time_zone", "", PLACELESS),
    ("settings", "time_zone", "Mars/Olympus", NOT_OFFERED),
    ("settings", "theme", "", ("Choose one.", "1つ選択してください。")),
    ("settings", "theme", "pink", NOT_OFFERED),
    ("invite", "email", "", NO_MAIL),
    ("invite", "email", "tanaka", NO_ADDRESS),
    ("invite", "email", "a@b", NO_ADDRESS),
    ("invite", "email", "a" * 250 + "@people.example", longer(254, 265)),
    ("invite", "role", "", NO_ROLE),
    ("invite", "role", "administrator", NOT_OFFERED),
    ("invite", "language", "", NO_LANGUAGE),
    ("invite", "language", "de", NOT_OFFERED),
    ("invite staff", "email", "", NO_MAIL),
    ("invite staff", "role", "", NO_ROLE),
    ("invite staff", "role", "owner", NOT_OFFERED),
    ("invite staff", "language", "", NO_LANGUAGE),
    ("join", "name", "", NAMELESS),
    ("join", "name", "x" * 121, longer(120, 121)),
    ("join", "time_zone", "", PLACELESS),
    ("join", "time_zone", "Tokyo", NOT_OFFERED),
    ("join", "password1", "", NO_PASSWORD),
    ("join", "password2", "", TWICE),
    ("join", "password2", "another one altogether", TWICE),
    ("audit", "since", "yesterday", NO_DAY),
    ("audit", "since", "2026-02-30", NO_DAY),
    ("audit", "who", "Aya\u202e", HIDDEN),
    ("audit", "action", "Aya\u202e", HIDDEN),
    ("audit", "target", "a\nb", ONE_LINE),
    ("sign in", "login", "", ("Enter your e-mail address.", "メールアドレスを入力してください。")),
    ("sign in", "login", "tanaka", NO_ADDRESS),
    ("sign in", "password", "", ("Enter your password.", "パスワードを入力してください。")),
    ("sign up", "name", "", NAMELESS),
    ("sign up", "name", "https://win.example", LINK),
    ("sign up", "email", "", NO_MAIL),
    ("sign up", "email", "a b@people.example", NO_ADDRESS),
    ("sign up", "password1", "", NO_PASSWORD),
    ("sign up", "password2", "", TWICE),
    ("sign up", "time_zone", "", PLACELESS),
    ("sign up", "time_zone", "Moon", NOT_OFFERED),
    ("change address", "email", "", NO_MAIL),
    ("change address", "email", "x@", NO_ADDRESS),
    ("change password", "oldpassword", "", ("Enter your present password.", "現在のパスワードを入力してください。")),
    (
        "change password",
        "oldpassword",
        "not mine",
        ("Enter your present password.", "現在のパスワードを入力してください。"),
    ),
    ("change password", "password1", "", NO_PASSWORD),
    ("change password", "password2", "", TWICE),
    ("set password", "password1", "", NO_PASSWORD),
    ("set password", "password2", "", TWICE),
    ("forgotten", "email", "", NO_MAIL),
    ("forgotten", "email", "people.example", NO_ADDRESS),
    ("new password", "password1", "", NO_PASSWORD),
    ("new password", "password2", "", TWICE),
    ("again", "password", "", ("Enter your password.", "パスワードを入力してください。")),
    ("mailed code", "code", "", NO_CODE),
    (
        "mailed code",
        "code",
        "8765-4321",
        ("The code is not right. Enter the newest one.", "コードが違います。最新のコードを入力してください。"),
    ),
    ("second step", "code", "", NO_CODE),
    ("second step again", "code", "", NO_CODE),
    ("rename passkey", "name", "", ("Give the passkey a name.", "パスキーの名前を入力してください。")),
    ("rename passkey", "name", "x" * 101, longer(100, 101)),
    ("rename passkey", "name", "Aya\u202e", HIDDEN),
    ("reason", "reason", "", ("Write the reason.", "理由を入力してください。")),
    ("reason", "reason", " \r\n ", ("Write the reason.", "理由を入力してください。")),
    ("reason", "reason", "x" * 2001, longer(2000, 2001)),
    ("decline", "reason", "", ("Choose a reason.", "理由を選択してください。")),
    ("decline", "reason", "mood", NOT_OFFERED),
    ("decline", "text", "", ("Write what the applicant is told.", "申請者に伝える内容を入力してください。")),
    ("decline", "text", "x" * 2001, longer(2000, 2001)),
    ("ask for changes", "text", "x" * 2001, longer(2000, 2001)),
    ("ask for changes", "text-organisation.name", "x" * 2001, longer(2000, 2001)),
    ("ask for changes", "ready-organisation.name", "mood", NOT_OFFERED),
]  # fmt: skip


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
@pytest.mark.parametrize(("form", "field", "sent", "words"), BAD)
def test_bad_input_is_told_at_its_field_with_what_to_do(
    form: str, field: str, sent: Any, words: tuple[str, str], language: int, cast: Cast
) -> None:
    make, right = FORMS[form]
    with translation.override(("en", "ja")[language]):
        made = make({**right, field: sent}, cast)
        assert made.errors.get(field) == [words[language]], made.errors


@pytest.mark.parametrize(
    "form", [name for name in FORMS if not name.startswith(("sign in", "second", "again"))]
)
def test_what_is_right_passes(form: str, cast: Cast) -> None:
    make, right = FORMS[form]
    made = make(dict(right), cast)
    assert made.errors == {}


@pytest.mark.parametrize("form", FORMS)
def test_no_field_speaks_in_the_frameworks_words(form: str, cast: Cast) -> None:
    """What a field may say about an empty answer, a choice or a limit is ours; each needed one is tried above."""
    make, _right = FORMS[form]
    made = make(None, cast)
    for name, field in made.fields.items():
        for code in ("required", "invalid_choice", "invalid_list"):
            if code in field.error_messages:
                stock = {
                    str(kind.default_error_messages.get(code))
                    for kind in type(field).__mro__
                    if kind.__module__.startswith("django.") and "default_error_messages" in vars(kind)
                }
                assert str(field.error_messages[code]) not in stock, (name, code)
        limits = {each.code for each in field.validators if isinstance(each, BaseValidator)}
        assert limits <= set(field.error_messages), name
    needed = {name for name, field in made.fields.items() if field.required}
    assert needed <= {name for key, name, sent, _words in BAD if key == form and not sent}


def test_every_form_that_the_library_may_show_is_among_them() -> None:
    """A form that django-allauth gets from us and that no row above tries would speak in its own words."""
    ours = {
        kind
        for kind in vars(signing_in).values()
        if isinstance(kind, type) and issubclass(kind, forms.BaseForm)
    }
    tried = {"LogInForm", "SignUpForm", "ChangeEmailForm", "ChangePasswordForm", "SetPasswordForm",
             "ResetPasswordForm", "ResetPasswordKeyForm", "ReauthenticateForm", "EmailCodeForm", "SecondStepForm",
             "SecondStepAgainForm", "EditPasskeyForm"}  # fmt: skip
    need_a_device = {"ActivateAppForm", "AddPasskeyForm", "SignUpPasskeyForm"}
    assert {kind.__name__ for kind in ours} == tried | need_a_device
    assert all(kind.__module__ != library.__name__ for kind in ours)


@pytest.mark.parametrize("kind", [signing_in.AddPasskeyForm, signing_in.SignUpPasskeyForm])
@pytest.mark.parametrize(("sent", "words"), [("", NO_PASSKEY), ("{", BROKEN_PASSKEY)])
def test_a_device_that_sends_nothing_or_nonsense_is_told_to_try_again(
    kind: type, sent: str, words: tuple[str, str], cast: Cast
) -> None:
    for language, told in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert kind({"name": "x", "credential": sent}, user=cast.officer).errors["credential"] == [told]


def test_full_width_digits_are_a_code(cast: Cast) -> None:
    make, _right = FORMS["mailed code"]
    assert make({"code": "１２３４－５６７８"}, cast).errors == {}
    assert make({"code": "12345678"}, cast).errors == {}


def test_an_address_typed_with_full_width_letters_is_read(cast: Cast) -> None:
    make, right = FORMS["invite"]
    made = make({**right, "email": " Ｔａｎａｋａ＠People.example "}, cast)
    assert made.errors == {}
    assert made.cleaned_data["email"] == "tanaka@people.example"


@pytest.mark.parametrize("role", ["administrator", "officer"])
def test_only_offered_roles_can_be_given(role: str) -> None:
    form = own.StaffInviteForm(
        {"email": "a@people.example", "role": role, "language": "ja"},
        roles=[(StaffRole.EXPERT.value, StaffRole.EXPERT.label)],
    )
    assert list(form.errors) == ["role"]
    assert (form.fields["role"].initial, form.fields["role"].help_text) == ("expert", "")


class _Everything(forms.Form):
    """One field of each sort that our words know, beside some that need none."""

    one = forms.IntegerField(min_value=1, max_value=40)
    many = forms.MultipleChoiceField(choices=[("a", "A")])
    single = forms.ChoiceField(choices=[("a", "A")])
    words = OneLineField(max_length=2)
    lines = LinesField(max_length=3)
    day = forms.DateField()
    name = forms.CharField()

    def __init__(self, data: Any, empty: Any = None) -> None:
        super().__init__(data)
        say_what_to_do(self.fields, *([] if empty is None else [empty]))


@pytest.mark.parametrize(
    ("field", "sent", "english", "japanese"),
    [
        ("one", "0", *least(1)),
        ("one", "41", *most(40)),
        ("one", "", "Fill this in.", "入力してください。"),
        ("many", [], "Choose at least one.", "1つ以上選択してください。"),
        ("many", ["b"], *NOT_OFFERED),
        ("many", "a", *NOT_OFFERED),  # not even a list
        ("single", "", "Choose one.", "1つ選択してください。"),
        ("words", "abc", *longer(2)),
        ("lines", "a\r\nbc", *longer(3, 4)),  # a line's end is one character
        ("day", "31/12/2026?", *NO_DAY),
        ("name", "", *NAMELESS),
    ],
)  # fmt: skip
def test_each_sort_of_field_says_what_to_do(field: str, sent: Any, english: str, japanese: str) -> None:
    for language, words in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert _Everything({field: sent}).errors[field] == [words]


def test_a_form_may_have_words_of_its_own_for_what_is_empty() -> None:
    form = _Everything({}, {"name": "Name the firm."})
    assert form.errors["name"] == ["Name the firm."]
    assert form.errors["single"] == ["Choose one."]
