"""The wall: tiles, layouts, the camera tree, and evidence from a tile."""
