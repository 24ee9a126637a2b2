"""Whether the directory's logs of sign-ins and of changes leave it.

Each kind of log is sent by any setting, so a setting that lacks one proves nothing: another may send it. That none does is proven only
where the files hold all settings (`complete: [log_export]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.emergency import DIRECTORY_KINDS
from sparekey.facts.presence import present
from sparekey.facts.unseen import ANYTHING, all_the_same, not_shown, of_others
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.monitoring import LogExport
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

LOGS: Final = (("sign_ins_exported", "SignInLogs"), ("changes_exported", "AuditLogs"))
"""The facts, each with the category that it is about, by the name that the service gives it."""


def exported(category: str, estate: Estate, first: Place) -> Truth:
    """Whether a log category is sent somewhere. Proven by the entry that sends it; the reverse by what closed the settings."""
    settings = [setting for setting in estate.of("log_export") if isinstance(setting, LogExport)]
    found = any_of(all_of((_sends(setting, category), present(setting), _somewhere(setting))) for setting in settings)
    if found.answer == "yes":
        return found
    open_ = _open(category, estate, first)
    if found.answer == "maybe" or open_:
        return maybe(*unique((*(found.because if found.answer == "maybe" else ()), *open_)))
    closed = Cause(at=estate.complete["log_export"], label="says that these are all settings")
    return no(closed, *found.because)


def _sends(setting: LogExport, category: str) -> Truth:
    held = setting.categories
    open_ = [asks(member) for member in held.members if isinstance(member, Unknown)]
    for member in held.members:
        if isinstance(member, Known) and member.value.lower() == category.lower():
            return yes(Cause(at=member.at, label=f"exports {category}"))
    if held.open:
        open_.append(asks(held.open))
    return maybe(*open_) if open_ else no(Cause(at=setting.at, label=f"does not export {category}"))


def _somewhere(setting: LogExport) -> Truth:
    """Whether a setting has a destination. One that is not known yet is one: the service takes no setting without."""
    if setting.destinations.members:
        return yes()
    if setting.destinations.open:
        return maybe(asks(setting.destinations.open))
    return no(Cause(at=setting.destinations.at, label="exports to nowhere"))


def _open(category: str, estate: Estate, first: Place) -> tuple[Cause, ...]:
    """Why a setting may send it that is not seen (empty: the files hold all settings)."""
    if "log_export" not in estate.complete:
        return not_shown("log_export", "which settings export the directory's logs that these files do not show?", first)
    elsewhere = (
        of_others(setting, "export the logs of this directory")
        for setting in estate.beside("log_export")
        if isinstance(setting, LogExport) and _sends(setting, category).answer != "no"
    )
    return all_the_same(estate, elsewhere, "log_export", ANYTHING)


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    first = next((resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ())), None)
    if first is None:
        return
    for name, category in LOGS:
        yield Fact(subject=f"{estate.name}#tenant", name=name, value=exported(category, estate, first.at))


DERIVATION = Derivation(gives={"tenant": tuple(name for name, _ in LOGS)}, derive=_derive)
