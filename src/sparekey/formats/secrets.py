"""Names of attributes that hold a secret, even where no provider marks them."""

from __future__ import annotations

import re
from functools import lru_cache

SECRET_NAMES = re.compile(
    r"(?:^|[_-])(?:password|passwd|passphrase|pwd|secret|client_secret|secret_string|token|sas_token|credentials?|private_key"
    r"|(?:access|account|storage|shared|primary|secondary|instrumentation|signing|encryption|api|license|hmac)_key"
    r"|(?:primary|secondary)_shared_key|connection_string|certificate_key|protected_settings|secret_value|secret_text)$",
    re.IGNORECASE,
)
"""Names of text attributes that hold a secret even where the provider does not mark it. What is not text (a flag, a number) is shown."""


@lru_cache(maxsize=1024)
def names_a_secret(name: str) -> bool:
    """Whether an attribute of this name holds a secret. Names recur for every resource of a type, so answers are kept."""
    return SECRET_NAMES.search(name) is not None
