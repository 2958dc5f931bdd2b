"""Fixes: what the edits of a fix make of a document's data, and of its text."""
