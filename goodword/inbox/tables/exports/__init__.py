"""Each system whose exports are known: a file and a line in ``presets``."""
