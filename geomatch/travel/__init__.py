"""Journeys: who can get where, in how many minutes."""
