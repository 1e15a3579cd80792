"""What was loaded from a store is examined and mended before a charge point starts on it."""
