"""YAML with the line of everything: files as nodes, faults in plain words."""
