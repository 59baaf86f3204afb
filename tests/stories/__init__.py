"""Stories: the whole bot, started as its user starts it, on the publisher's real files."""
