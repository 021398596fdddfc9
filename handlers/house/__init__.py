"""The house itself: the menu, and how healthy the program is."""
