"""How a function refuses: Terraform's two headings and its wording around a function's own message."""

from __future__ import annotations

from sparekey.formats.terraform.lang.values import EvaluationError


def bad_argument(parameter: str, message: str) -> EvaluationError:
    """The error of one argument, named by its parameter. `message` has no full stop."""
    return EvaluationError("Invalid function argument", f'Invalid value for "{parameter}" parameter: {message}.')


def failed(function: str, message: str) -> EvaluationError:
    """The error of a call where no one argument is to blame. `message` has no full stop."""
    return EvaluationError("Error in function call", f'Call to function "{function}" failed: {message}.')
