"""What people do under load: a Locust file for each scenario, and what they share."""
