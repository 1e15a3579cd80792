"""Connectors and their statuses: charts, errors, availability, StatusNotification."""
