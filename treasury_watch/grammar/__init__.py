"""The words of a rule file, and what is made of them: the page that people read, the schema that editors read."""
