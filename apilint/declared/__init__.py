"""Rules without code: written as data in configuration, or carried over from a Spectral ruleset."""
