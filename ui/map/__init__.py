"""The map of cases and cameras: offline, one custom item a layer, never one item a case."""
