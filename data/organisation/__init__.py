"""Alderbrook, an organisation that does not exist: its people, its half year of events, and the truth planted in it."""
