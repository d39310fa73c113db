"""Duty on the screen: who is here, the month, the log, and handing over."""
