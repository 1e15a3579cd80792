"""The websocket to the Central System and its TLS: opened, read, written in batches."""
