"""Benchmarks and trials that take minutes: each prints its figures and keeps them as JSON."""
