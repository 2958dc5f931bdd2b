"""Rulesets of Spectral, read as data and carried over into rules without code as far as they go."""
