"""The console without its screens and without its tables."""

__version__ = "0.1.0"
