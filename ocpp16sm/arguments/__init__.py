"""What an application hands in is checked here, before anything has changed."""
