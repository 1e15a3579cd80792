"""Reservations: ReserveNow, CancelReservation, and who may use a reserved connector."""
