"""Pictures: connected, kept, decoded and cut in processes of their own. No Qt, no tables."""
