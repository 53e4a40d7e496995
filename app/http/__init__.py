"""Bounds of requests, downloads, static files, and answers while the database is out."""
