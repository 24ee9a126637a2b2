"""The pipeline: discover, read, map, join, derive, judge. One function, pure in its files and configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sparekey import __version__
from sparekey.config import Config
from sparekey.deployments import deployments
from sparekey.discovery import Discovered, discover_files, relative_name, require, scan_root
from sparekey.engine.bundle import parameters_of
from sparekey.engine.decode import Judged
from sparekey.engine.rulebook import Rulebook, rulebook
from sparekey.estates import MappedDocument, apply_terms, join
from sparekey.findings import Findings, questions
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.problem import Problem
from sparekey.model.rule import SEVERITIES
from sparekey.model.run import Counts, Coverage, Run
from sparekey.model.seams import Derivation, Format, ProviderMapping, Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.places import Places
from sparekey.reading import Progress, Read, folder_of, holds, leak, matters, read_files
from sparekey.registry import discover
from sparekey.selection import select_rules, with_slugs
from sparekey.terms import Terms
from sparekey.waivers import Waivers, in_place

if TYPE_CHECKING:
    from sparekey.model.declaration import Document
    from sparekey.model.finding import Finding, Outcome
    from sparekey.model.resource import Resource
    from sparekey.model.rule import Rule, Severity
    from sparekey.model.truth import Bounds, Truth


class FactError(Exception):
    """A derivation does not keep its promise: an error of ours, never of the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that is known before a rule is asked: the joined estates with their facts, and how they came to be."""

    root: Path
    read: Read
    mapped: tuple[MappedDocument, ...]
    estates: tuple[Estate, ...]
    problems: tuple[Problem, ...]
    files: int


def _silent(done: int, total: int) -> None:
    del done, total


def check(paths: Sequence[Path], config: Config, *, told: Progress = _silent) -> Run:
    """Read the files, judge them by the rules, and say everything that there is to say.

    Raises ConfigError where a path does not exist or the configuration cannot be meant, `engine.EngineError` where rules
    cannot be evaluated at all. Whatever the files hold ends in the `Run`.
    """
    book = rulebook(config)
    config = with_slugs(config, book.rules)
    rules = select_rules(book.rules, config)
    gathered = gather(paths, config, told=told)
    as_of = day_of(config)
    resources = [r for estate in gathered.estates for kind in estate.resources.values() for r in kind]
    places = Places.of((m.document for m in gathered.mapped), resources, root=gathered.root)
    waivers = Waivers(config=config, as_of=as_of, comments=in_place(places, resources, book.rules))
    findings = Findings(config=config, places=places, waivers=waivers)
    outcomes = tuple(findings.outcome(judged) for judged in _judged(book, rules, gathered.estates, config))
    problems = (
        *(replace(problem, at=places.line(problem.at)) for problem in gathered.problems),
        *waivers.problems(evaluated=(rule.slug for rule in rules)),
    )
    return Run(
        outcomes=outcomes,
        questions=questions(outcomes, findings.answers),
        problems=problems,
        coverage=coverage_of(gathered.mapped, config),
        counts=counts_of(gathered, rules=len(rules)),
        exit_code=exit_code(outcomes, problems, config),
        as_of=as_of,
        fail_on=config.fail_on,
        fail_on_unknown=config.fail_on_unknown,
        versions={"sparekey": __version__, **book.versions},
        decisions=book.decisions,
    )


def gather(paths: Sequence[Path], config: Config, *, told: Progress = _silent) -> Gathered:
    """The estates that the files hold, with every fact derived. Raises ConfigError for paths that do not exist."""
    require(paths)
    root = scan_root([*paths, *([config.source] if config.source else [])])
    formats = cast("tuple[Format, ...]", discover("sparekey.formats", "FORMAT"))
    mappings = cast("tuple[ProviderMapping, ...]", discover("sparekey.mappings", "MAPPING"))
    derivations = cast("tuple[Derivation, ...]", discover("sparekey.facts", "DERIVATION"))
    types = frozenset(chain.from_iterable(mapping.types for mapping in mappings))
    suffixes = frozenset(chain.from_iterable(format_.suffixes for format_ in formats))
    discovered = _with_config(discover_files(paths, root=root, suffixes=suffixes), config.file)
    named = frozenset(path.resolve() for path in paths if path.is_dir())
    reading = Reading(
        mapped=types,
        source=config.source,
        scan_root=root,
        inputs=config.inputs,
        named=named,
        as_of=day_of(config),
        parameters=tuple(SourceFile(path=path, name=relative_name(path, root), named=True) for path in config.inputs.parameters),
    )
    read = read_files(discovered, formats, reading, declared=config.file, told=told)
    terms = Terms.of(mappings)
    mapped = tuple(apply_terms(document, terms) for document in deployments(read.documents))
    homes = frozenset(map(folder_of, {r.at.file for m in mapped for resources in m.resources.values() for r in resources}))
    lost = [u for u in read.unread if matters(u, types=types, identity_folders=homes)]
    leaks = [leak(problem) for problem in (*discovered.problems, *(u.problem for u in lost))]
    estates = tuple(_derived(estate, config, derivations) for estate in join(mapped, config, leaks))
    return Gathered(
        root=root,
        read=read,
        mapped=mapped,
        estates=estates,
        problems=(
            *config.notes,
            *_each_once(_problems(read, discovered, lost=frozenset(u.file.name for u in lost), homes=homes, types=types)),
        ),
        files=len(discovered.files) + sum(problem.kind in _UNOPENED for problem in discovered.problems),
    )


def day_of(config: Config) -> str:
    """The day of the run: the one that is asked for, else today."""
    return config.as_of or datetime.now(tz=UTC).date().isoformat()


def _judged(book: Rulebook, rules: Sequence[Rule], estates: Sequence[Estate], config: Config) -> Iterable[Judged]:
    """What each rule says of all estates together. An error in one estate is an error of the rule."""
    parameters = parameters_of(rules, config)
    said = [book.judge(estate, rules, parameters) for estate in estates if rules]
    for index, rule in enumerate(rules):
        parts = [judged[index] for judged in said]
        error = next((part.error for part in parts if part.error), None)
        yield Judged(rule=rule, judgements=tuple(j for part in parts for j in part.judgements), error=error)


def _with_config(discovered: Discovered, file: Path | None) -> Discovered:
    """The configuration in force is read like any other file: what it declares are declarations."""
    if file is None or any(f.path.resolve() == file.resolve() for f in discovered.files):
        return discovered
    own = SourceFile(path=file, name=relative_name(file, discovered.root))
    return replace(discovered, files=(*discovered.files, own))


# --- facts ----------------------------------------------------------------------------------------------------------


def _derived(estate: Estate, config: Config, derivations: Sequence[Derivation]) -> Estate:
    """The estate with the facts of every derivation. Raises FactError where one does not give what it promises."""
    found: dict[str, dict[str, Truth | Bounds | Edges]] = {}
    subjects: list[Resource] = []
    for derivation in derivations:
        for item in derivation.derive(estate, config):
            if isinstance(item, Fact):
                found.setdefault(item.subject, {})[item.name] = item.value
            else:
                subjects.append(item)
    kinds = dict(estate.resources)
    for subject in subjects:
        kinds[subject.kind] = (*kinds.get(subject.kind, ()), subject)
    whole = replace(estate, resources=kinds, facts=found)
    for derivation in derivations:
        for kind, names in derivation.gives.items():
            for resource in whole.of(kind):
                lacks = [name for name in names if name not in found.get(resource.id, {})]
                if lacks:
                    raise FactError(f"{resource.kind} {resource.id} got no {', '.join(lacks)}")
    return whole


# --- what the run says besides verdicts -----------------------------------------------------------------------------


def _problems(
    read: Read, discovered: Discovered, *, lost: frozenset[str], homes: frozenset[str], types: frozenset[str]
) -> Iterable[Problem]:
    """Every problem, with its weight: what could not hide an identity resource does not make the run incomplete."""
    yield from read.problems
    named = {file.name for file in discovered.files if file.named}
    for unread in read.unread:
        yield replace(unread.problem, incomplete=unread.file.name in lost)
    mentions: dict[str, bool] = {}
    found: dict[Problem, int] = {}
    for document in read.documents:
        for problem in dict.fromkeys(document.problems):
            file = problem.at.file
            weighs = file in named or folder_of(file) in homes or bool(document.unmapped or document.declarations)
            weighs = weighs or problem.kind in _ELSEWHERE
            if not weighs and problem.incomplete:
                if file not in mentions:
                    mentions[file] = holds(discovered.root / file, types)
                weighs = mentions[file]
            # A chart template in a corner is no reason to fail; one that is named was meant to be judged.
            told = problem.incomplete or (problem.kind == _TEMPLATE and file in named)
            weighed = replace(problem, incomplete=told and weighs)
            found[weighed] = found.get(weighed, 0) + 1
    yield from (replace(problem, deployments=many) for problem, many in found.items())
    # A sparekey.yaml alone is not what anybody wanted to have judged, unless they name it: the plan beside it is missing.
    wanted = any(document.format != "declared" or document.deployment in named for document in read.documents)
    if not wanted and not read.unread and not any(problem.kind in _UNOPENED for problem in read.problems):
        hint = f" ({discovered.ignored} left out by .gitignore: name them to read them)" if discovered.ignored else ""
        message = f"no file here is one that sparekey reads (Terraform source or plans as JSON, ARM templates, exports of Microsoft Graph, Kubernetes manifests){hint}"
        yield Problem(kind="nothing-to-read", blame="user", message=message, at=Pointer(file=".", pointer=""))
    if _only_templates(read.documents):
        message = "the files here hold unrendered templates alone: nothing was judged"
        yield Problem(kind="nothing-to-read", blame="user", message=message, at=Pointer(file=".", pointer=""))


def _each_once(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Each problem once: of one file there may be several deployments, and each of them has it. Of two weights the heavier one counts."""
    found: dict[Problem, Problem] = {}
    for problem in problems:
        key = replace(problem, incomplete=False)
        if key not in found or problem.incomplete:
            found[key] = problem
    return found.values()


def _only_templates(documents: Iterable[Document]) -> bool:
    """Whether what was read is charts that nobody rendered, and nothing else."""
    files = [document for document in documents if document.format != "declared"]
    templates = any(problem.kind == _TEMPLATE for document in files for problem in document.problems)
    return templates and not any(document.declarations or document.unmapped for document in files)


_TEMPLATE = "chart-template"
"""The problem of a manifest that a chart's template engine has still to write."""


def coverage_of(mapped: Iterable[MappedDocument], config: Config) -> Coverage:
    """Counts of the declared types that some mapping understood, and of those that none did."""
    understood: Counter[str] = Counter()
    unmapped: Counter[str] = Counter()
    for each in mapped:
        for declaration in each.document.declarations:
            (understood if each.resources.get(declaration.head.address) else unmapped)[declaration.type] += 1
        unmapped.update(each.document.unmapped)
        understood.update(each.understood)
    return Coverage(understood=_sorted(understood), unmapped=_sorted(unmapped), complete=tuple(sorted(config.complete)))


def _sorted(counts: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(counts.items()))


def counts_of(gathered: Gathered, *, rules: int) -> Counts:
    """The numbers of the summary line."""
    documents: list[Document] = [m.document for m in gathered.mapped]
    identity = frozenset(chain.from_iterable(map(_identity, gathered.estates)))
    return Counts(
        files=gathered.files,
        unreadable=len(gathered.read.unread) + sum(p.kind in _UNOPENED for p in gathered.read.problems),
        resources=sum(len(d.declarations) + sum(d.unmapped.values()) for d in documents)
        + sum(sum(m.understood.values()) for m in gathered.mapped),
        identity_resources=sum(
            any(resource.id in identity for resource in each) for m in gathered.mapped for each in m.resources.values()
        ),
        rules=rules,
    )


def _identity(estate: Estate) -> Iterable[str]:
    """The ids of what sign-in depends on: resources of identity kinds, and hosts that a derived subject counts or could count."""
    for resource in chain.from_iterable(estate.resources.values()):
        if resource.head.origin != "derived":
            if resource.identity:
                yield resource.id
            continue
        relations = (getattr(resource, each.name) for each in fields(resource))
        yield from (e.target for held in relations if isinstance(held, Edges) for e in held.members if not e.external)


_ELSEWHERE = frozenset({"module-not-on-disk", "outside-root"})
"""Problems of a module whose files are not here: whatever it declares was not judged."""

_UNOPENED = frozenset({"unreadable-file", "not-a-file", "too-large", "unreadable-folder"})
"""Problems of what was never opened, and so is not among the files."""


def _counts_against(finding: Finding, config: Config) -> bool:
    """Whether a finding is at or above its threshold. A fail that may be graver is an unknown at that severity, too."""
    if finding.waiver is not None:
        return False
    fails = finding.verdict == "fail" and _reaches(finding.severity, config.fail_on)
    doubt = finding.severity if finding.verdict == "unknown" else finding.graver
    return fails or (doubt is not None and _reaches(doubt, config.fail_on_unknown))


def _reaches(severity: Severity, limit: Severity | None) -> bool:
    return limit is not None and SEVERITIES.index(severity) <= SEVERITIES.index(limit)


def exit_code(outcomes: Iterable[Outcome], problems: Iterable[Problem], config: Config) -> int:
    """4 a rule in error, 1 findings that count, 3 incomplete, 0 otherwise; the first that holds (2 never gets this far)."""
    judged = tuple(outcomes)
    if any(outcome.verdict == "error" or outcome.error for outcome in judged):
        return 4
    if any(_counts_against(finding, config) for outcome in judged for finding in outcome.findings):
        return 1
    return 3 if any(problem.incomplete for problem in problems) else 0
