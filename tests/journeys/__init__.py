"""Whole journeys of Herald under faults on the simulated AWS, and what must hold after each.

`python -m tests.journeys` runs them (docs/reliability.md).
"""
