"""What follows from figures and rules: verdicts, episodes, and what of it is news."""
