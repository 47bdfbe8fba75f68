"""Ticket systems and files that tickets come from."""
