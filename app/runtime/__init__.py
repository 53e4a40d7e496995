"""The processes of the site: started, kept, and stopped together."""
