"""California pricing: prices, costs and the readings that they need."""
