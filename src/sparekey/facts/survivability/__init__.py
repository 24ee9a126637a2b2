"""Survivability: what single failure, and what combination of failures, stops a sign-in path.

`graph` holds what depends on what, `analysis` gives single points and failure sets, `whatif` the effect of a loss, `survival` puts together what there is to tell.
"""
