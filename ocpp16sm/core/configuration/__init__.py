"""GetConfiguration and ChangeConfiguration, and what a changed key sets going."""
