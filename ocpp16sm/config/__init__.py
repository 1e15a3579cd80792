"""Configuration keys (OCPP 1.6, section 9): their table and the types of their values."""
