"""Components as pages use them: form fields, error summary, tables, match card, heat table, progress."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import django_tables2
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation


class ApplyForm(forms.Form):
    name = forms.CharField(label="Company name", help_text="As registered.")
    site = forms.URLField(label="Website", required=False, assume_scheme="https")
    pitch = forms.CharField(label="Pitch", max_length=400, widget=forms.Textarea)
    field = forms.ChoiceField(label="Field", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    country = forms.ChoiceField(label="Country", choices=[("SG", "Singapore")])
    deck = forms.FileField(label="Deck")
    agree = forms.BooleanField(label="I agree")


def field_html(form: forms.Form, name: str) -> str:
    source = "{% load crispy_forms_filters %}{{ field|as_crispy_field }}"
    return Template(source).render(Context({"field": form[name]}))


def test_hint_and_error_stand_above_the_control_and_are_tied_to_it() -> None:
    html = field_html(ApplyForm({}), "name")
    order = [html.index(part) for part in ("Company name", "As registered.", "field-error", "<input")]
    assert order == sorted(order)
    ids = re.search(r'aria-describedby="([^"]+)"', html)
    assert ids is not None
    assert [f'id="{one}"' in html for one in ids.group(1).split()] == [True, True]
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("name", list(ApplyForm.base_fields))
def test_every_kind_of_control_has_a_label_and_its_error(name: str) -> None:
    html = field_html(ApplyForm({"site": "x"}), name)
    assert ApplyForm.base_fields[name].label in html
    assert html.count("field-error") == 1
    assert ("<legend" in html) == (name == "field")


def test_groups_of_choices_are_a_fieldset_with_a_legend() -> None:
    html = field_html(ApplyForm(), "field")
    assert (html.count("<fieldset"), html.count("<legend"), html.count('type="radio"')) == (1, 1, 2)


@pytest.mark.parametrize(
    ("language", "required", "optional"),
    [("en", False, True), ("ja", True, True)],
    ids=["English", "Japanese"],
)
def test_required_fields_are_marked_in_japanese_and_optional_ones_in_both(
    language: str, required: bool, optional: bool
) -> None:
    form = ApplyForm()
    with translation.override(language):
        assert ('class="mark"' in field_html(form, "name")) is required
        assert ('class="mark mark-optional"' in field_html(form, "site")) is optional


def test_error_summary_links_to_each_control_and_takes_the_focus() -> None:
    form = ApplyForm({"site": "x"})
    form.add_error(None, "Both cannot be empty")
    html = render_to_string("components/error_summary.html", {"form": form})
    targets = re.findall(r'href="#([\w-]+)"', html)
    assert targets == ["id_name", "id_site", "id_pitch", "id_field_0", "id_country", "id_deck", "id_agree"]
    page = "".join(field_html(form, name) for name in form.fields)
    assert [target for target in targets if f'id="{target}"' not in page] == []
    assert "Both cannot be empty" in html
    assert all(mark in html for mark in ('role="alert"', 'tabindex="-1"', "autofocus"))


def test_error_summary_is_absent_from_a_clean_form() -> None:
    assert render_to_string("components/error_summary.html", {"form": ApplyForm()}).strip() == ""


def test_long_answers_count_the_characters_left() -> None:
    assert 'data-count-for="id_pitch"' in field_html(ApplyForm(), "pitch")
    assert "data-count-for" not in field_html(ApplyForm(), "name")


class FirmTable(django_tables2.Table):
    caption = "Firms"
    name = django_tables2.Column()
    note = django_tables2.Column(orderable=False)


def test_tables_carry_caption_scope_sort_state_and_pages() -> None:
    request = RequestFactory().get("/en/?sort=name&q=x")
    table = FirmTable([{"name": f"Firm {i}", "note": "-"} for i in range(30)])
    django_tables2.RequestConfig(request, paginate={"per_page": 10}).configure(table)
    html = table.as_html(request)
    assert '<caption class="vh">Firms</caption>' in html
    assert html.count('aria-sort="ascending"') == 1
    assert (html.count('scope="col"'), html.count('scope="row"')) == (2, 10)
    assert 'href="?sort=name&amp;q=x&amp;page=2"' in html
    assert 'aria-label="Firms"' in html


def test_an_empty_table_says_so() -> None:
    table = FirmTable([])
    assert "Nothing to show." in table.as_html(RequestFactory().get("/en/"))


def test_a_single_page_has_no_pagination() -> None:
    html = render_to_string("components/pagination.html", {"page": Paginator(range(3), 10).page(1)}).strip()
    assert html == ""


def test_match_card_shows_score_reasons_and_missing_data() -> None:
    card = {
        "id": 7,
        "name": "ThermaLoop",
        "url": "/s/7/",
        "score": 73,
        "provisional": True,
        "known_max": 90,
        "components": [
            {"key": "fit", "label": "Fit", "points": 33, "max": 40},
            {"key": "time", "label": "Schedule", "points": None, "max": 10},
        ],
        "reasons": [
            {"kind": "yes", "text_ja": "一致", "text_en": "Same field"},
            {"kind": "caution", "text_ja": "未定", "text_en": "No service in Japan"},
        ],
        "request_url": "/r/7/",
        "overlap": {"count": 1, "first": datetime(2026, 12, 3, 1, 0, tzinfo=UTC)},
    }
    html = re.sub(r"\s+", " ", render_to_string("includes/match_card.html", {"card": card}))
    expected = [
        "<b>73</b>",
        "Fairly high",
        "v-82",
        "No data",
        "scaled from the 90 points",
        "Fits: ",
        "Same field",
    ]
    expected += [
        "To check: ",
        "1 time suits both, on Thu 3 Dec",
        'Request a meeting<span class="vh">: ThermaLoop',
    ]
    assert [part for part in expected if part not in html] == []
    assert "Add to compare" not in html


def test_heat_cells_without_matches_are_no_links() -> None:
    rows = [
        {
            "label": "Retail",
            "total": 4,
            "cells": [
                {"value": 4, "step": 1, "url": "/l/", "name": "Retail, Singapore: 4"},
                {"value": 0, "step": 0, "url": "/l/", "name": "Retail, Israel: 0"},
            ],
        }
    ]
    html = render_to_string(
        "components/heat_table.html", {"caption": "Matches", "columns": ["SG", "IL"], "rows": rows}
    )
    assert re.findall(r'aria-label="([^"]+)"', html) == ["Matches", "Retail, Singapore: 4"]


def test_finished_progress_no_longer_polls() -> None:
    running = {"id": "p", "url": "/p/", "text": "Placing 38 of 64", "done": 38, "total": 64}
    assert 'hx-trigger="every 2s"' in render_to_string("components/progress.html", running)
    finished = render_to_string("components/progress.html", {**running, "finished": True})
    assert ("hx-" in finished, "<progress" in finished, "Placing" in finished) == (False, False, True)


def test_a_table_has_a_name_scrolls_by_keyboard_and_stacks() -> None:
    source = (
        '{% load portal %}{% table_region title "table-dense" %}<tbody><tr><td>{{ cell }}</td></tr></tbody>'
        "{% endtable_region %}"
    )
    html = Template(source).render(Context({"title": "A & B", "cell": "<1>"}))
    assert 'tabindex="0" role="region" aria-label="A &amp; B"' in html
    assert '<table class="table table-dense stack-table">' in html
    assert '<caption class="vh">A &amp; B</caption>' in html
    assert "<td>&lt;1&gt;</td>" in html, "what is inside is escaped once"
    plain = Template("{% load portal %}{% table_region 'C' %}{% endtable_region %}").render(Context())
    assert '<table class="table stack-table">' in plain
