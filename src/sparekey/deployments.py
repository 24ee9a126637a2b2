"""From files to deployments: what several files give of one deployment is one document.

A format reads one file at a time, and a folder of manifests is many files. So the documents of one deployment are put together
before anything is mapped: from there on a deployment is one document, and an address names one thing in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sparekey.model.declaration import Declaration, Document
from sparekey.model.truth import Truth, all_of, asks, maybe
from sparekey.model.value import Unknown


def deployments(documents: Iterable[Document]) -> tuple[Document, ...]:
    """One document for each format and deployment, in the order of their first files.

    Of several declarations with one address nobody can tell which counts. Each is kept, under its address and its number, and is
    only possibly there: so none of them fails for what another one may correct, and none is lost.
    """
    found: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        found.setdefault((document.format, document.deployment), []).append(document)
    return tuple(_together(parts) for parts in found.values())


def _together(parts: Sequence[Document]) -> Document:
    declarations = [declaration for part in parts for declaration in part.declarations]
    counts = Counter(declaration.head.address for declaration in declarations)
    doubled = {address: count for address, count in counts.items() if count > 1}
    if len(parts) == 1 and not doubled:
        return parts[0]
    unmapped: Counter[str] = Counter()
    for part in parts:
        unmapped.update(part.unmapped)
    return replace(
        parts[0],
        declarations=tuple(_numbered(declarations, doubled)),
        deletions=tuple(deletion for part in parts for deletion in part.deletions),
        problems=tuple(problem for part in parts for problem in part.problems),
        unmapped=unmapped,
        partial=tuple(unknown for part in parts for unknown in part.partial),
        headers={pointer: span for part in parts for pointer, span in part.headers.items()}
        if len(parts) > 1
        else parts[0].headers,
    )


def _numbered(declarations: Iterable[Declaration], doubled: dict[str, int]) -> Iterator[Declaration]:
    seen: Counter[str] = Counter()
    for declaration in declarations:
        head = declaration.head
        count = doubled.get(head.address)
        if count is None:
            yield declaration
            continue
        seen[head.address] += 1
        presence = all_of((head.presence, _which(declaration, count)))
        numbered = replace(head, address=f"{head.address}#{seen[head.address]}", presence=presence)
        yield replace(declaration, head=numbered)


def _which(declaration: Declaration, count: int) -> Truth:
    head = declaration.head
    reason = f"which of {count} declarations of {head.address} counts?"
    return maybe(asks(Unknown(reason=reason, at=head.at, how="keep one of them, or check their files apart")))
