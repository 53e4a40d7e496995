"""Exports of a fund as spreadsheets, at once or as jobs."""
