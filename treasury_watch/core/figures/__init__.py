"""What was published: datasets, periods, figures as panels, and what can be worked out from figures alone."""
