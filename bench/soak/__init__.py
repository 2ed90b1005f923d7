"""`make soak`: clients that never stop, a local stack whose functions are killed, and an account of it all.

Every recipient has a number of its own, so the carrier's record tells who was texted how
often, and the API who was forgotten.
"""
