"""Figures of the claims screen with very many claims, at the real window."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import claim_rows

from bench.figure import Figure
from bench.record_measurements import throw_away_desk
from bench.window_measurements import python_output

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.services.desk import Desk

CLAIMS = 20_000
CLAIMS_OF_AN_EXAM = 4


def fill_claims(desk: Desk, count: int = CLAIMS) -> None:
    """Put ``count`` made-up claims in every state into the record, several of one exam, as of two payers and again."""
    today, user = desk.machine.clock.now().date(), desk.session.user
    with desk.unit_of_work() as work:
        for number in range(count):
            row = claim_rows.row(number, today=today)
            assigned_to = user.login if row.assigned_to == "park" else row.assigned_to
            exam = claim_rows.row(number - number % CLAIMS_OF_AN_EXAM, today=today)
            patient = {name: getattr(exam, name) for name in ("exam_id", "chart_number", "family_name", "given_name")}
            claim_rows.insert(
                work,
                dataclasses.replace(row, assigned_to=assigned_to, **patient),
                user.user_id,
                with_exam=number % CLAIMS_OF_AN_EXAM == 0,
            )
        work.commit()


def claims_board() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, passphrase = throw_away_desk(Path(folder))
        fill_claims(desk)
        desk.machine.pictures.close()
        desk.close()
        told = json.loads(python_output("window_claims.py", folder, passphrase))
    how = f"built and shown for the first time; again: {told['open_ms']:.0f} ms"

    def filters(tab: str) -> str:
        return f"{told[f'{tab}_filters']} keys and clicks, median {told[f'{tab}_filter_median_ms']:.1f} ms"

    return [
        Figure(f"claims board, {CLAIMS:,} claims: asked for to painted", told["first_open_ms"], 300, "ms", how),
        Figure("claims board: filter to painted, p95", told["board_filter_ms"], 50, "ms", filters("board")),
        Figure("claims list: filter to painted, p95", told["list_filter_ms"], 50, "ms", filters("list")),
    ]


MEASUREMENTS: dict[str, Callable[[], list[Figure]]] = {"claims-board": claims_board}
