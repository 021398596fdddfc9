"""Outreach sessions: reported, and corrected."""
