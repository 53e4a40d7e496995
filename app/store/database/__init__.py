"""The database: its tables, roles, connections and outages."""
