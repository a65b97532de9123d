"""A pytest plug-in for runs on mutants: the same examples every time, and a failure is not made small first."""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
settings.load_profile("mutants")
