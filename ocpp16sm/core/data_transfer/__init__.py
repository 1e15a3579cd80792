"""DataTransfer in both directions."""
