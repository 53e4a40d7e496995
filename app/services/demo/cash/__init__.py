"""The cash of the demo fund: capital, expenses, treasury, its terms and its closes."""
