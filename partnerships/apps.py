"""What pairs go on to after they have met: joint development, investment, acquisition."""

from __future__ import annotations

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"

    def ready(self) -> None:
        from accounts.erasure import holdings  # noqa: PLC0415 - models come after apps
        from documents import keeping  # noqa: PLC0415
        from matchmaking.matches.explaining import story  # noqa: PLC0415
        from partnerships.holdings import PartnershipsHolder  # noqa: PLC0415
        from partnerships.keeping import PaperKeeper  # noqa: PLC0415
        from partnerships.story import tell_partnerships  # noqa: PLC0415

        story.register(tell_partnerships)
        keeping.register(PaperKeeper())
        holdings.register(PartnershipsHolder())
