"""The connection to the Central System: the link, BootNotification and Heartbeat."""
