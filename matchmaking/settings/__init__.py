"""Settings of the portal: everything that differs between machines comes from the environment (see .env.example)."""

from matchmaking.settings.base import *  # noqa: F403
