"""The table of calling codes, made from libphonenumber's metadata: functions need not load the library."""
