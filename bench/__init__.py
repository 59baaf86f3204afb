"""``make bench``: how long the things take that people wait for, each beside a plain reference of the same run."""
