"""What an import file holds: its columns, cells and rows, read and named."""
