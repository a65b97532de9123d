"""Alert rules and one-off checks: a metric against a level, over time (R57, R168, R307)."""
