"""Generates the table of calling codes from libphonenumber's metadata, which functions need not load."""
