"""California pricing: prices, costs and the meter readings that they need."""
