"""Use cases: what people do with funds, one module per noun."""
