"""What tests share: a charge point in virtual time, and scenes that read like transcripts."""
