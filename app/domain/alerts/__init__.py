"""What is out of bounds in a fund on a day, as it is known then."""
