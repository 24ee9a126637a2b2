"""Files and paths. No file outside the scanned folder is looked at: what lies there is unknown, because Terraform would read it."""

from __future__ import annotations

import base64
import os
import posixpath
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sparekey.formats.terraform.lang import build, globbing
from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string, string_of
from sparekey.formats.terraform.lang.functions.hashes import DIGESTS, Digest
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.globbing import clean, inside
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.types import BOOL, STRING, SetType, Type
from sparekey.formats.terraform.lang.values import (
    FALSE,
    SENSITIVE,
    TRUE,
    Marks,
    Refinement,
    TooMuchError,
    Value,
    Why,
    made_of,
    text,
    unknown,
)

LONGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes of the largest file that is hashed; files that become text are bounded as every text is."""

_NO_FILE: Final = (
    "; this function works only with files that are distributed as part of the configuration source code, so if this file will be "
    "created by a resource in this configuration you must instead obtain this result from an attribute of that resource"
)
_NOT_NULL: Final = Refinement(not_null=True)
_KINDS: Final[Mapping[int, str]] = {
    stat.S_IFDIR: "a directory, not a file",
    stat.S_IFCHR: "a device node, not a regular file",
    stat.S_IFBLK: "a device node, not a regular file",
    stat.S_IFIFO: "a named pipe, not a regular file",
    stat.S_IFSOCK: "a unix domain socket, not a regular file",
}


class _ElsewhereError(Exception):
    """The file lies where this reader does not look; the reason says so."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why


def shown(path: str, marks: Marks = frozenset()) -> str:
    """A path in a message."""
    return "(sensitive value)" if SENSITIVE in marks else go_quoted(path)


def _locate(surroundings: Surroundings, path: str) -> Path:
    """Where a path leads, links followed; `_ElsewhereError` outside of the scanned folder."""
    if path.startswith("~"):
        if path[1:2] not in {"", "/", "\\"}:
            raise ValueError("failed to expand ~: cannot expand user-specific home dir")
        raise _ElsewhereError(Why(f"{path} lies in the home folder of whoever runs Terraform"))
    if "\0" in path:
        raise ValueError(f"open {path}: invalid argument")
    base = os.path.realpath(surroundings.folder)
    real = os.path.realpath(clean(posixpath.join(base, path)))
    if not inside(real, surroundings.scan_root):
        raise _ElsewhereError(
            Why(
                f"the file {path} lies outside the scanned folder",
                "scan a folder that holds it too, and keep it in the repository",
            )
        )
    return Path(real)


def _read(surroundings: Surroundings, path: str, most: int) -> bytes:
    """The bytes of a file. `FileNotFoundError` and other `OSError`s and `ValueError`s are Terraform's errors too."""
    real = _locate(surroundings, path)
    status = real.stat()
    if not stat.S_ISREG(status.st_mode):
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(f"read {clean(path)}: is a directory")
        raise TooMuchError(f"{path} is no regular file")
    if status.st_size > most:
        raise TooMuchError(f"the file {path} is very large")
    try:
        with real.open("rb") as opened:
            data = opened.read(most + 1)
    except PermissionError:
        raise TooMuchError(f"the file {path} may not be read here") from None
    if len(data) > most:
        raise TooMuchError(f"the file {path} is very large")
    return data


def source(surroundings: Surroundings, path: str, marks: Marks) -> bytes | Why:
    """The bytes of a file that becomes text or a template, or why they are not to be had. Raises Terraform's error."""
    try:
        return _read(surroundings, path, LONGEST_TEXT)
    except _ElsewhereError as error:
        return error.why
    except FileNotFoundError:
        raise bad_argument("path", f"no file exists at {shown(path, marks)}{_NO_FILE}") from None
    except IsADirectoryError as error:
        raise bad_argument("path", f"failed to read file: {error}") from None
    except OSError as error:
        raise bad_argument("path", f"open {clean(path)}: {(error.strerror or 'failure').lower()}") from None
    except ValueError as error:
        raise bad_argument("path", str(error)) from None


def as_text(function: str, data: bytes, path: str, marks: Marks) -> str:
    """The text of a file, which must be UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        message = (
            f"contents of {shown(path, marks)} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents "
            "or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
        )
        raise failed(function, message) from None


def _file(name: str) -> Function:
    def work(surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
        argument = arguments[0]
        if not argument.known:
            return made_of(STRING, arguments, refinement=_NOT_NULL)
        path = string(argument)
        data = source(surroundings, path, argument.marks)
        if isinstance(data, Why):
            return unknown(STRING, data, not_null=True).marked(argument.marks)
        if name == "filebase64":
            return text(base64.b64encode(data).decode("ascii")).marked(argument.marks)
        return string_of(as_text(name, data, path, argument.marks)).marked(argument.marks)

    return Function(name=name, parameters=(_PATH,), returns=STRING, work=work)


def _hash(name: str, digest: Digest) -> Function:
    def work(surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
        path = string(arguments[0])
        try:
            return text(digest(_read(surroundings, path, LONGEST_FILE)))
        except _ElsewhereError as error:
            return unknown(STRING, error.why, not_null=True)
        except IsADirectoryError as error:
            raise failed(name, str(error)) from None
        except OSError as error:
            raise failed(name, f"open {clean(path)}: {(error.strerror or 'failure').lower()}") from None
        except ValueError as error:
            raise failed(name, str(error)) from None

    return Function(name=name, parameters=(Parameter(name="path", type=STRING),), returns=STRING, work=work)


def _fileexists(surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    argument = arguments[0]
    if not argument.known:
        return made_of(BOOL, arguments, refinement=_NOT_NULL)
    path = string(argument)
    try:
        mode = _locate(surroundings, path).stat().st_mode
    except _ElsewhereError as error:
        return unknown(BOOL, error.why, not_null=True).marked(argument.marks)
    except FileNotFoundError:
        return FALSE.marked(argument.marks)
    except OSError:
        raise failed("fileexists", f"failed to stat {shown(clean(path), argument.marks)}") from None
    except ValueError as error:
        raise failed("fileexists", str(error)) from None
    if stat.S_ISREG(mode):
        return TRUE.marked(argument.marks)
    kind = _KINDS.get(stat.S_IFMT(mode), "not a regular file")
    raise failed("fileexists", f"{shown(clean(path), argument.marks)} is {kind}")


def _fileset(surroundings: Surroundings, arguments: Sequence[Value], type_: Type) -> Value:
    if not all(argument.known for argument in arguments):
        return made_of(type_, arguments, refinement=_NOT_NULL)
    marks = arguments[0].marks | arguments[1].marks
    path, pattern = string(arguments[0]), string(arguments[1])
    try:
        names = globbing.fileset(surroundings.folder, surroundings.scan_root, path, pattern)
    except globbing.OutsideError as error:
        why = Why(f"the folder {error} lies outside the scanned folder", "scan a folder that holds it too")
        return unknown(type_, why, not_null=True).marked(marks)
    except globbing.GlobError as error:
        raise failed("fileset", str(error)) from None
    return build.set_of([string_of(name) for name in names], STRING).marked(marks)


def _pathexpand(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    path = string(arguments[0])
    if not path.startswith("~"):
        return text(path)
    if path[1:2] not in {"", "/", "\\"}:
        raise failed("pathexpand", "cannot expand user-specific home dir")
    return unknown(STRING, Why(f"{path} depends on the home folder of whoever runs Terraform"), not_null=True)


def _abspath(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    path = string(arguments[0])
    if path.startswith("/"):
        return text(clean(path))
    return unknown(STRING, Why(f"abspath() of {path} depends on where Terraform is run"), not_null=True)


def _basename(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    path = string(arguments[0])
    stripped = path.rstrip("/")
    if not stripped:
        return text("/" if path else ".")
    return text(stripped.rpartition("/")[2])


def _dirname(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    head, slash, _ = string(arguments[0]).rpartition("/")
    return text(clean(head + slash))


_PATH = Parameter(name="path", type=STRING, unknown=True, marked=True)
_PLAIN = (Parameter(name="path", type=STRING),)

FUNCTIONS = table(
    _file("file"),
    _file("filebase64"),
    *(_hash(f"file{name}", digest) for name, digest in DIGESTS.items()),
    Function(name="fileexists", parameters=(_PATH,), returns=BOOL, work=_fileexists),
    Function(
        name="fileset",
        parameters=(_PATH, Parameter(name="pattern", type=STRING, unknown=True, marked=True)),
        returns=SetType(STRING),
        work=_fileset,
    ),
    Function(name="pathexpand", parameters=_PLAIN, returns=STRING, work=_pathexpand),
    Function(name="abspath", parameters=_PLAIN, returns=STRING, work=_abspath),
    Function(name="basename", parameters=_PLAIN, returns=STRING, work=_basename),
    Function(name="dirname", parameters=_PLAIN, returns=STRING, work=_dirname),
)
