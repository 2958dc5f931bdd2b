"""Which findings count: presets, selection, and the gate."""
