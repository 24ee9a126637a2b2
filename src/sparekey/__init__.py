"""What single failure will lock your people out."""

__version__ = "0.1.0"
