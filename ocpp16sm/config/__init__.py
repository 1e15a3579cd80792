"""Configuration keys (OCPP 1.6 section 9): one table of them, and the types of their values."""
