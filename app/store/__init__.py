"""The ledger in PostgreSQL: its tables, its log, and the server itself."""
