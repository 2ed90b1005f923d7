"""Hostile requests to every declared endpoint: whatever comes, no answer is a 5xx.

The gate makes a fixed number of them, by a fixed seed; `python -m tests.fuzz` (`make fuzz`)
goes on for as long as it is told, by other seeds.
"""
