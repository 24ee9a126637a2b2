"""The types that carry everything through a run. Standard library only; nothing here reads a file."""
