"""Security profiles, passwords, certificates of the charge point, root certificates."""
