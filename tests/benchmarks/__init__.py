"""Measurements, run by `./zhishou bench`; never part of the suite."""
