"""Flights: itineraries of legs, each in one or more fare classes."""
