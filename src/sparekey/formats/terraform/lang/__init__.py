"""Terraform's language: types, values, expressions and functions, evaluated as Terraform does."""
