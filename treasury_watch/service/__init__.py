"""
The bot at work: what its config and rules make of it, one round of it, and keeping time for years.

``assembling`` puts a desk together, ``once`` makes one round, ``serving`` keeps time (the only place where APScheduler
is imported), ``rereading`` notices edited rules. What is said to a person is the caller's: here is only a log.
"""
