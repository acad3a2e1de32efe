"""Correction cases: opened for a record or a holder, decided, answered by letter."""
