"""What to say: alerts, auctions and digests as messages, in words that no channel changes."""
