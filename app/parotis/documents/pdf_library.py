"""The PDF library, set up before anything else of it is imported.

Without the two empty modules the library would run files of the home folder as code. No host or scheme is
trusted, colours are not evaluated, and output has no clock in it. None of the library's markup is used anywhere.
"""

from __future__ import annotations

import sys
from types import ModuleType

for _name in ("reportlab_mods", "reportlab_settings"):
    sys.modules.setdefault(_name, ModuleType(_name))

from reportlab import rl_config  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfbase import pdfdoc  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

rl_config.trustedHosts = None
rl_config.trustedSchemes = []
rl_config.toColorCanUse = None  # type: ignore[assignment]
rl_config.invariant = 1
rl_config.useA85 = 0

__all__ = ["Canvas", "ImageReader", "pdfdoc"]
