"""What one state of an API takes away from the security of another: compared by meaning, not by text."""
