"""Benchmarks and trials: each is a program that prints its figures and keeps them as JSON."""
