"""Before accepted requests join a round staff see which ones, and who is then asked for its times."""

from __future__ import annotations

import pytest

from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings.models import MeetingRequest
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, queries, said, source, words


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_is_ticked_joins_and_nobody_is_asked_before(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    first, second = stories.pairs(2, cast.officer)
    [longer] = stories.pairs(1, cast.officer, minutes=60)
    round_ = stories.a_round(cast.officer, lengths=[30, 45])
    client, address = as_user(cast.officer), path("collect", language=language, pk=round_.pk)
    assert address in links(client.get(path("round", language=language, pk=round_.pk)))
    page = client.get(address)
    assert (said("Nothing has been sent yet.", language) in words(page), page.context["sides"]) == (True, 4)
    assert ([row["request"] for row in page.context["rows"]], page.context["left"]) == ([first, second], 1)
    assert source(page).count("checked") == 2
    assert not Notice.objects.filter(event=Event.AVAILABILITY_ASKED).exists()
    nothing = client.post(address)
    assert ('href="#id_requests"' in source(nothing), source(nothing).count("checked")) == (True, 0)
    wrong = client.post(address, {"requests": [first.pk, longer.pk]})
    assert (list(wrong.context["form"].errors), source(wrong).count("checked")) == (["requests"], 1)
    assert not MeetingRequest.objects.filter(round=round_).exists()
    client.post(address, {"requests": [second.pk]})
    assert list(MeetingRequest.objects.filter(round=round_)) == [second]


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_more_requests(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer)
    client, address = as_user(cast.officer), path("collect", pk=round_.pk)
    stories.pairs(1, cast.officer)
    few = queries(client, address)
    stories.pairs(3, cast.officer)
    assert queries(client, address) == few
