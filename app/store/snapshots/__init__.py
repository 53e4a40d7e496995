"""The table of snapshots, and states read from a snapshot and the rest of the log."""
