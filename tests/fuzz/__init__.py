"""Hostile requests to every declared endpoint: whatever comes, no answer is a 5xx.

The gate makes a fixed number of them, by a fixed seed; `python -m tests.fuzz` (`make fuzz`)
goes on for as long as it is told, by other seeds.

allowed requests that openapi.json allows, which are not refused for their shape
limits  limits of AWS that its simulation does not have: a call that passes one fails as there
runs    rounds of hostile requests, and of what follows from those that were accepted
values  values that a program may stumble over, and plain ones for the shapes of openapi.json
"""
