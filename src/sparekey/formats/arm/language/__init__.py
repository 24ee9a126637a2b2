"""The template expression language: `parse` makes trees of texts, `evaluate` values of trees."""
