"""The list of funds, and the page of one under its time slider."""
