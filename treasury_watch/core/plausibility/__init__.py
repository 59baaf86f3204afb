"""Plausibility: whether a release can be believed beside the one before it."""
