"""Windows are shown nowhere: the offscreen platform, unless the caller chose another."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
