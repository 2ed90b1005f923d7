"""Generates the table of calling codes from libphonenumber's metadata, so functions need not load the library."""
