"""Questions about history: when a rule would have fired, at which levels, and what an edit would change."""
