"""Templates from files and from strings: `templatefile` and `templatestring`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang.build import bare, go_quoted
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string
from sparekey.formats.terraform.lang.functions.files import as_text, source
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.go_text import identifier
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, MapType, ObjectType, Type
from sparekey.formats.terraform.lang.values import (
    EvaluationError,
    Refinement,
    Value,
    Why,
    all_marks,
    made_of,
    unknown,
)
from sparekey.formats.terraform.syntax import tree

STRING_NAME: Final = "<templatestring argument>"
"""What messages call the text that `templatestring` evaluates."""

NO_SUCH_VARIABLE: Final = "Invalid template variable"
"""The summary with which a template's surroundings refuse a name that is not among its variables; the detail is Terraform's."""

_TEMPLATES: Final = frozenset({"templatefile", "templatestring"})
_FILES: Final = frozenset({"file", "fileexists", "fileset", "filebase64", "templatefile"})


def in_template(function: Function, calling: str) -> Function:
    """A function as it is inside of a template: those that evaluate templates, and in `templatestring` those on files, refuse."""
    name = function.name
    if name in _TEMPLATES:
        return _refusing(function, f"cannot recursively call {name} from inside another template function")
    if calling == "templatestring" and (name in _FILES or name.startswith(("filemd5", "filesha", "filebase64sha"))):
        message = (
            f"cannot use filesystem access functions like {name} in templatestring templates; consider passing the function result "
            "as a template variable instead"
        )
        return _refusing(function, message)
    return function


def _refusing(function: Function, message: str) -> Function:
    def returns(_arguments: Sequence[Value]) -> Type:
        raise failed(function.name, message)

    def work(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
        raise failed(function.name, message)

    return Function(
        name=function.name,
        parameters=function.parameters,
        rest=function.rest,
        returns=returns,
        work=work,
        not_null=function.not_null,
    )


def _variables(value: Value) -> Mapping[str, Value]:
    """The variables of a template, whose names must be fit for it."""
    content = value.content
    if not isinstance(value.type, MapType | ObjectType) or not isinstance(content, Mapping):
        raise bad_argument("vars", "invalid vars value: must be a map")
    for name in content:
        if not identifier(name):
            message = (
                f"invalid template variable name {go_quoted(name)}: must start with a letter, followed by zero or more letters, "
                "digits, and underscores"
            )
            raise bad_argument("vars", message)
    return content


def _rendered(surroundings: Surroundings, written: str, name: str, variables: Value, calling: str) -> Value:
    """The value of a template."""
    named = _variables(variables)
    try:
        result = surroundings.template(written, name, named, calling)
    except EvaluationError as error:
        if error.summary == NO_SUCH_VARIABLE:
            raise bad_argument("vars", error.detail) from None
        span = error.span
        place = f"{name}:{span.start_line},{span.start_column}-{span.end_column + 1}: " if span else ""
        raise failed(calling, f"{place}{error.summary}; {error.detail}") from None
    if result.null:
        message = (
            "Template result is null; The result of the template is null, which is not a valid result for a templatestring call."
        )
        raise failed(calling, message)
    return result


def _templatefile(surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    path, given = arguments
    marks = path.marks | all_marks(given)
    if not path.known or not given.known:
        return made_of(DYNAMIC, arguments).marked(marks)
    where = string(path)
    data = source(surroundings, where, path.marks)
    if isinstance(data, Why):
        return unknown(DYNAMIC, data).marked(marks)
    written = as_text("templatefile", data, where, path.marks)
    return _rendered(surroundings, written, where, bare(given), "templatefile").marked(marks)


def rendered_string(surroundings: Surroundings, template: Value, variables: Value) -> Value:
    """What `templatestring` gives for a template, which must be a string, and for its variables."""
    marks = template.marks
    if not template.known:
        return made_of(STRING, [template, variables], refinement=Refinement(not_null=True))
    if not isinstance(template.content, str):
        raise bad_argument("template", "invalid template value: a string is required")
    result = _rendered(surroundings, template.content, STRING_NAME, variables, "templatestring")
    try:
        return convert(result, STRING).marked(marks)
    except EvaluationError as error:
        raise failed("templatestring", f"invalid template result: {error.detail}") from None


def refusal(expression: tree.Expression) -> EvaluationError | None:
    """Why an expression may not be the first argument of `templatestring`, which must be a plain reference."""
    start = "invalid template expression: "
    only = "templatestring is only for rendering templates retrieved dynamically from elsewhere"
    if isinstance(expression, tree.Template):
        if expression.bare:
            reason = (
                f"{only}; to treat the inner expression as template syntax, write the reference expression directly without any "
                "template interpolation syntax"
            )
        elif len(expression.parts) == 1 and isinstance(expression.parts[0], str):
            reason = f"{only}, and so does not support providing a literal template; consider using a template string expression instead"
        else:
            reason = f"{only}; to render an inline template, consider using a plain template string expression"
        return bad_argument("template", start + reason)
    inner: tree.Expression = expression
    while isinstance(inner, tree.Attr | tree.Index | tree.Splat):
        inner = inner.of
    if isinstance(inner, tree.Root | tree.Item):
        return None
    reason = "must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax"
    return bad_argument("template", start + reason)


def _templatestring(surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    return rendered_string(surroundings, arguments[0], arguments[1])


FUNCTIONS = table(
    Function(
        name="templatefile",
        parameters=(
            Parameter(name="path", type=STRING, unknown=True, marked=True),
            Parameter(name="vars", type=DYNAMIC, unknown=True, marked=True),
        ),
        returns=DYNAMIC,
        work=_templatefile,
        not_null=False,
    ),
    Function(
        name="templatestring",
        parameters=(
            Parameter(name="template", type=DYNAMIC, null=True, unknown=True, marked=True, dynamic=True),
            Parameter(name="vars", type=DYNAMIC),
        ),
        returns=STRING,
        work=_templatestring,
    ),
)
