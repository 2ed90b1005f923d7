"""What several of the tests of the command line name."""

SECRET = "s" * 64
