"""How long the things take that people wait for."""
