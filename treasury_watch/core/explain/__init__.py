"""How a verdict came about, step by step, for a person who checks an alert."""
