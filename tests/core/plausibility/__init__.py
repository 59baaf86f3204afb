"""Tests of what is doubted."""
