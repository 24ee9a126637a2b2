"""From the text of Terraform files to a small syntax tree of our own, which is all that the evaluator knows."""
