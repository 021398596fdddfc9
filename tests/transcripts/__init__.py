"""Conversations as a stranger can read them: the specification."""
