"""Configuration and policy: where they are found, what they mean together, and what they make of findings."""
