"""What never gets into a log: the secrets that stand in addresses."""

from __future__ import annotations

import logging
import re
from typing import Final

# Links of invitations, of new passwords and about outcomes (these with a signature), and the addresses of calendar
# feeds hold a long random piece. docs/operations.md has the same for the proxy.
SECRET: Final = re.compile(r"(?<=/)[A-Za-z0-9_-]{30,}(?:\.[A-Za-z0-9_-]{30,})?")


class WithoutSecrets(logging.Filter):
    """Django logs the path of each request that fails: long random pieces of it are left out."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if SECRET.search(line):
            record.msg, record.args = SECRET.sub("[secret]", line), ()
        return True
