"""The page on which forecasts and actuals are entered for many companies and periods at once."""
