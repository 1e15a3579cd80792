"""What a charge point writes for people: the message log, session logs and the security log."""
