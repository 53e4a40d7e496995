"""Work in the background: Huey's queue, its tasks, and the process that does them."""
