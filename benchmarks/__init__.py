"""Speed and memory, measured side by side; never part of the tests."""
