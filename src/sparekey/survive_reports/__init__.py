"""Reports of survivability: a `Survey` to text. One module each; `BY_NAME` in `choice` lists them."""
