"""The resource kinds, a family a file. A kind is a `Resource` subclass with a `kind` word; new files are found by themselves."""
