"""Accounts from lists, and the paper that their first codes are handed over on."""
