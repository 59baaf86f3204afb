"""The only SQL: SQLAlchemy Core on SQLite or PostgreSQL. ``database`` opens it; the other files read and write one thing."""
