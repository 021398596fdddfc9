"""What residents ask: approved answers, tickets, complaints, and how officers answer."""
