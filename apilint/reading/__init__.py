"""Bytes to a located tree: sources, limits, YAML, JSON, places and references."""
