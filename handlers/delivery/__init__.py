"""What became of a message: in words, and what follows from it."""
