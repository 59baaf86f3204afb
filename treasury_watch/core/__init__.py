"""Pure judgement: no clock, no file, no network, no log. Everything it needs is an argument."""
