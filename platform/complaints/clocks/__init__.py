"""Promises as arithmetic: what is due when, and what it would have been. Nothing here reads a row."""
