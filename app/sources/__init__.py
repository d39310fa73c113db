"""Where cameras come from and how they are moved: each kind of platform behind one protocol."""
