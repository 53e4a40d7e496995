"""Tests of the pages, in a browser, against the running site."""
