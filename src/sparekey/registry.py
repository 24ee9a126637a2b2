"""Find the implementations of a seam: one module per implementation, no list to edit."""

from __future__ import annotations

import importlib
import pkgutil


class RegistryError(Exception):
    """Two implementations claim one name: an error of ours, or of a plug-in, never of the input."""


def discover(package: str, constant: str) -> tuple[object, ...]:
    """Every object called `constant` in the modules and packages directly below `package`, in the order of their names.

    A module without the constant is a part of another one and is passed over. Implementations that have a `name` must
    differ in it, else RegistryError. The caller narrows the type: a registry cannot know what it holds.
    """
    home = importlib.import_module(package)
    found: dict[str, object] = {}
    names: dict[object, str] = {}
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda entry: entry.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if not hasattr(module, constant):
            continue
        implementation: object = getattr(module, constant)
        name = getattr(implementation, "name", info.name)
        if name in names:
            raise RegistryError(f"{package}.{names[name]} and {package}.{info.name} both call themselves {name!r}")
        names[name] = info.name
        found[info.name] = implementation
    return tuple(found.values())
