"""The rules of the house. Standard library only; nothing here knows a table or a screen."""
