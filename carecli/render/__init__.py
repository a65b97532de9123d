"""Renderings of boards and figures: text for people, JSON for programs. They know boards, nothing else."""

from __future__ import annotations
