"""The Qt binding itself: some versions lose references to `None` until the process aborts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_setting_a_property_leaves_the_references_to_none_alone() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for number in range(1000):
        thing.setObjectName(f"name {number}")
    assert abs(sys.getrefcount(None) - before) < 100
    assert thing.objectName() == "name 999"
