"""The checks by theme. ``parotis.domain.checks`` is the way in."""
