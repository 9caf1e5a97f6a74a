"""X12 files of payers. The one home of pyx12."""
