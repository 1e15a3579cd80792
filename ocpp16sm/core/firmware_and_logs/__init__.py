"""Firmware updates and the upload of diagnostics and logs."""
