"""`plain`, under the name by which reports and the command line know it."""

from __future__ import annotations

from sparekey.model.plain import plain

__all__ = ("plain",)
