"""Page objects: what a test does on a page, in the words of people."""
