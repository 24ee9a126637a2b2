"""Facts: what follows from the joined estate. One module each, with a constant `DERIVATION`; new ones are found by themselves."""
