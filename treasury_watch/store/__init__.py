"""The only SQL: SQLAlchemy Core on SQLite or PostgreSQL. ``database`` opens it; each other file has one job."""
