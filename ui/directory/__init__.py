"""The directory of cameras as its administrator keeps it: brought in, grouped, opened to roles."""
