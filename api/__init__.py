"""Serve: the room of the HTTP API."""
