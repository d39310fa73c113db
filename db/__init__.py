"""Where it is kept: tables, mapping, the unit of work. SQL is written here and nowhere else."""
