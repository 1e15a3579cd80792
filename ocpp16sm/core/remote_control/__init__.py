"""What the Central System starts, stops, resets, unlocks and triggers."""
