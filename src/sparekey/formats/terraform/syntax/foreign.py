"""Files that end in `.tf` and are templates of another language, which something renders before Terraform sees them."""

from __future__ import annotations

import re

# Jinja has statements and comments in `{% %}` and `{# #}`; Go templates have pipelines that begin with a dot, a dollar, a keyword
# or a function and its arguments; both, and cookiecutter, have `{{ }}`.
_STATEMENT = re.compile(r"(?<![%{])\{%-?\+?\s*\w")
_GO = re.compile(r"\{\{-?\s*(?:\.\w*|\$\w*|/\*|(?:if|range|with|end|else|template|define|block|include|printf|quote|toYaml)\b)")
_BRACES = re.compile(r"\{\{-?\s*[\w(\"'.$/]")


def language(text: str) -> tuple[str, int] | None:
    """The template language that a text seems to be written in, and the offset of the first sign of it.

    It is a guess, to be asked for only where the text could not be read as what its name says.
    """
    for pattern, name in ((_STATEMENT, "Jinja"), (_GO, "Go"), (_BRACES, "Jinja or Go")):
        match = pattern.search(text)
        if match:
            return name, match.start()
    return None
