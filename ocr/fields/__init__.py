"""Understand: words become the typed fields of NĐ 30/2020."""
