"""Zammad: tickets as its API lists them, with names of states and groups or with their ids alone."""
