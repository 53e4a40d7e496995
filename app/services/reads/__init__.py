"""Reading a fund from a viewpoint."""
