"""How well people's Vietnamese is read."""
