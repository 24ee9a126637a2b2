"""Terraform source that tests are written with: one policy, whose exclusions are left open."""

from __future__ import annotations

POLICY = """resource "azuread_conditional_access_policy" "p" {
  display_name = "CA"
  state        = "enabled"
  conditions {
    client_app_types = ["all"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_users = ["All"]
      %s
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["block"]
  }
}
"""
BARE = POLICY % ""
