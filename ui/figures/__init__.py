"""Statistics on the screen: counts, rates, tables whose sums are checked, hot spots."""
