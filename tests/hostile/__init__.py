"""Hostile and broken input: every case is made by code, and each must end as `case.py` says."""
