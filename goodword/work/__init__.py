"""Jobs, tickets, appointments, reservations, survey scores."""
