"""The pages of valuation rounds."""
