"""What terms lead to, worked out ahead on plain assumptions: pace, fees, carry, reserves."""
