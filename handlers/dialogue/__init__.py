"""One person's conversation: what they mean, the form that is open, what is asked and said."""
