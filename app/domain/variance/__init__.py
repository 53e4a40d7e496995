"""Plan against actual: what was expected of each metric and period, and how it turned out."""
