"""Publishers' own files, one format a module; bad rows become issues, never surprises."""
