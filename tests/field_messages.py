"""What fields say about an answer that cannot be taken, in both languages: the words that all of them share."""

from __future__ import annotations

Told = tuple[str, str]


def longer(limit: int, given: int | None = None) -> Told:
    given = given or limit + 1
    return (
        f"Shorten this to {limit} characters: it has {given} now.",
        f"{limit}文字以内にしてください（今は{given}文字です）。",
    )


def least(limit: int) -> Told:
    return f"Enter a number of at least {limit}.", f"{limit}以上の数を入力してください。"


def most(limit: int) -> Told:
    return f"Enter a number of at most {limit}.", f"{limit}以下の数を入力してください。"


def whole_digits(limit: int) -> Told:
    return (
        f"Enter a number with at most {limit} digits before the decimal point.",
        f"小数点より前が{limit}桁以内の数を入力してください。",
    )


def decimals(limit: int) -> Told:
    return (
        f"Enter a number with at most {limit} digits after the decimal point.",
        f"小数点より後が{limit}桁以内の数を入力してください。",
    )


def hidden(before: str = "a", code: str = "U+202E") -> Told:
    return (
        f"This contains a character that cannot be seen ({code}). Delete it. It stands after “{before}”.",
        f"目に見えない文字（{code}）が含まれています。削除してください。「{before}」の後にあります。",
    )
