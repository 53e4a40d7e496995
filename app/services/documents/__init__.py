"""What pages and the API say alike of funds, jobs and snapshots, as plain data."""
