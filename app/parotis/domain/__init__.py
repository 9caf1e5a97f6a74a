"""Values and rules of an exam. Pure Python: no I/O, no clock, no outside library."""
