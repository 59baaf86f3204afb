"""
The bot at work: what its config and rules make of it, one round of it, and keeping time for years.

``wiring`` makes channels, sources and context of the config, ``run_once`` makes one round, ``scheduler`` keeps time
(the only place where APScheduler is imported), ``reload`` applies edited rules. Only the log is written here; what a
person reads is printed by the commands.
"""
