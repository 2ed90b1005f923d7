"""Transcripts of stacks (`herald doctor --canary --record FILE`), asked again of the local stack.

*.jsonl  what a stack was asked and answered; put one from AWS here and tests/stack/test_recorded.py compares
replay   asks the requests of a transcript again, and tells in what the answers differ
"""
