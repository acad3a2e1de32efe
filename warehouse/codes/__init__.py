"""Codes, numbers and dates as Vietnamese administration writes them: parsed, checked, made comparable."""
