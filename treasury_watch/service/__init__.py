"""
The running process: the loop of the service, one round of it, and what config and rules make.

``wiring`` makes channels, sources and context of the config, ``run_once`` makes one round, ``scheduler`` keeps time
(the only place where APScheduler is imported), ``reload`` applies edited rules. Only the log is written here; what a
person reads is printed by the commands.
"""
