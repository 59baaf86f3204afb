"""Treasury Watch: who lends to the United States, and when that changes."""

__version__ = "0.3.0"
