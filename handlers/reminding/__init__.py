"""What is still owed: reminders, each person's wishes about them, and my work as a list."""
