"""Benchmarks of Herald: `make bench`, described in docs/performance.md."""
