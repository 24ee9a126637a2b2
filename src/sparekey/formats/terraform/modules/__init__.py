"""Terraform's modules: files to modules, values to variables, blocks to instances."""
