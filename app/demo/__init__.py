"""A city that does not exist, with cameras that really stream: for learning, tests and benches."""
