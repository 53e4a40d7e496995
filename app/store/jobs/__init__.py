"""The tables of jobs and workers, and the queue that wakes workers up."""
