"""Small values and text rules that everything above may use: moments, strict JSON, redaction."""
