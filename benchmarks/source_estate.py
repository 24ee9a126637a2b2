"""Generated Terraform source of any size: what people write for identity, with a chosen share of it."""

from __future__ import annotations

from pathlib import Path

PER_FILE = 250
"""Resources in one file: about 3,500 lines, more than most people write."""


def write_root(folder: Path, *, resources: int, identity_share: float) -> int:
    """Write a root module of `resources` blocks, of which `identity_share` (0 to 1) are of types that sparekey maps.

    Gives the number of lines: about 14 for each resource.
    """
    folder.mkdir(parents=True, exist_ok=True)
    every = max(1, round(1 / identity_share)) if identity_share else 0
    blocks = [_identity(number, every) if every and number % every == 0 else _filler(number) for number in range(resources)]
    lines = 0
    for first in range(0, len(blocks), PER_FILE):
        text = "\n".join(blocks[first : first + PER_FILE])
        lines += text.count("\n") + 1
        (folder / f"part{first // PER_FILE:03}.tf").write_text(text, encoding="utf-8")
    (folder / "variables.tf").write_text(_VARIABLES, encoding="utf-8")
    return lines + _VARIABLES.count("\n")


def write_repository(folder: Path, *, files: int, identity: int) -> int:
    """Write a repository of `files` roots of one file each, of which `identity` hold identity code. Gives the number of lines."""
    lines = 0
    every = max(1, files // identity)
    for number in range(files):
        root = folder / f"team{number % 50:02}" / f"root{number:04}"
        root.mkdir(parents=True)
        held = number % every == 0
        text = "\n".join([*(_filler(n) for n in range(6)), *([_identity(n, 1) for n in range(100, 106)] if held else [])])
        if held:
            text += _VARIABLES
        lines += text.count("\n")
        (root / "main.tf").write_text(text, encoding="utf-8")
    return lines


_VARIABLES = """
variable "domain" {
  type    = string
  default = "contoso.onmicrosoft.com"
}

variable "excluded" {
  type    = list(string)
  default = ["6f5c2a8e-3f0b-4f4e-9a55-3a3f5b6c7d8e"]
}

locals {
  prefix = "corp"
  tags   = { team = "identity", "cost-centre" = "4711" }
}
"""


def _identity(number: int, every: int) -> str:
    """One resource in fifty is a policy (a directory holds 195 at most), the others are who and what they are about."""
    if number // every % 50 == 0:
        return _policy(number)
    match number // every % 4:
        case 1:
            return _block(
                "azuread_group",
                number,
                f'display_name     = "${{local.prefix}}-group-{number}"',
                "security_enabled = true",
                f'description      = "group {number} of ${{var.domain}}"',
                "owners           = []",
            )
        case 2:
            return _block(
                "azuread_user",
                number,
                f'display_name        = "user {number}"',
                f'user_principal_name = "user{number}@${{var.domain}}"',
                f'mail_nickname       = lower("U{number}")',
                "account_enabled     = true",
            )
        case 3:
            return _block(
                "azurerm_windows_virtual_machine",
                number,
                f'name          = "vm{number}"',
                f'computer_name = "vm{number}"',
                'location      = "westeurope"',
                f"zone          = tostring({number} % 3 + 1)",
                "tags = merge(local.tags, {",
                '  "sparekey-role"  = "connector"',
                f'  "sparekey-group" = "group-{number // 12}"',
                "})",
            )
        case _:
            back = 6 if (number // every - 2) % 50 == 0 else 2  # the nearest user before it
            return _block(
                "azuread_group_member",
                number,
                f"group_object_id  = azuread_group.r{number - 3 * every}.object_id",
                f"member_object_id = azuread_user.r{number - back * every}.object_id",
            )


def _policy(number: int) -> str:
    return f"""resource "azuread_conditional_access_policy" "r{number}" {{
  display_name = "CA{number:05}"
  state        = "enabled"

  conditions {{
    client_app_types = ["all"]
    applications {{
      included_applications = ["All"]
    }}
    users {{
      included_users = ["All"]
      excluded_users = concat(var.excluded, [])
    }}
  }}

  grant_controls {{
    operator          = "OR"
    built_in_controls = ["mfa"]
  }}
}}
"""


def _block(type_: str, number: int, *lines: str) -> str:
    """A block padded with comments to the length of what people write."""
    padding = [f"# {type_} {number}, line {n}" for n in range(max(0, 11 - len(lines)))]
    body = "\n".join(f"  {line}" for line in (*lines, *padding))
    return f'resource "{type_}" "r{number}" {{\n{body}\n}}\n'


def _filler(number: int) -> str:
    settings = [f'setting_{n} = "value {n} of ${{local.prefix}}-{number}"' for n in range(8)]
    return _block("azurerm_storage_account", number, *settings, "tags = local.tags")
