"""Aircall: the export of calls, and the API's calls."""
