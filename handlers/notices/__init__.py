"""Notices to households: worded, approved, sent, answered, served on paper, and their ledger."""
