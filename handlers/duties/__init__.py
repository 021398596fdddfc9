"""Duties with the plans and conferences they rest on: given, done, extended, withdrawn."""
