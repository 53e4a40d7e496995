"""Tests of the tasks, by workers in processes of their own."""
