"""The PDF library, set up before anything else of it is imported.

The library runs ``reportlab_settings`` and ``reportlab_mods`` as code, from the home folder if need be; the modules
made here take their place. With them no host or scheme is trusted, colours are not evaluated, no font of the system
is looked up, and output has no clock in it. None of the library's markup is used anywhere.
"""

from __future__ import annotations

import sys
from types import ModuleType

_settings = ModuleType("reportlab_settings")
vars(_settings).update(
    trustedHosts=None,
    trustedSchemes=[],
    toColorCanUse=None,
    T1SearchPath=(),
    TTFSearchPath=(),
    CMapSearchPath=(),
    invariant=1,
    useA85=0,
)
sys.modules["reportlab_settings"] = _settings
sys.modules["reportlab_mods"] = ModuleType("reportlab_mods")

from reportlab import rl_config  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfbase import pdfdoc  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

for _name, _value in vars(_settings).items():
    if not _name.startswith("_"):
        setattr(rl_config, _name, _value)

__all__ = ["Canvas", "ImageReader", "pdfdoc"]
