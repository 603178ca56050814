"""What follows from scores, who is asked, and which question comes next; pure."""
