"""What every feature needs: rollback, timers, the outbox, calls, inputs and effects."""
