"""Run by people, never by the bot."""
