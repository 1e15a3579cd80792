"""DataTransfer in both directions, and vendor messages within it."""
