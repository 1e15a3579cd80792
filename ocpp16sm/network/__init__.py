"""The websocket to the Central System: opening it, reading, batched writing, and TLS."""
