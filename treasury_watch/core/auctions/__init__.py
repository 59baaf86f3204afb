"""Treasury auctions: one auction as published, its checks, its tail, and when its results are due."""
