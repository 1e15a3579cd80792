"""GetConfiguration and ChangeConfiguration, and the effects of changed keys."""
