"""Small values and text rules that all other packages use: moments, strict JSON, redaction."""
