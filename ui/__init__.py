"""What is seen. PySide6 and pyqtgraph live here only."""
