"""What is asked of the figures: rules, measures, conditions, and the numbers that they compare."""
