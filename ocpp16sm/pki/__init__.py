"""Certificates, keys and signatures, with ``cryptography``; nothing here is imported before it is needed."""
