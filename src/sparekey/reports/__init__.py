"""Reports: `Run` to text. One module each, with a constant `REPORT`; new ones are found by themselves."""
