"""Figures for leaders: pushed, opened into rows, drawn, and what follows from them."""
