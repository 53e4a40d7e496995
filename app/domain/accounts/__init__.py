"""What people and tokens may do, and what is audited."""
