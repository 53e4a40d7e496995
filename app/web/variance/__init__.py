"""Plan against actual of a fund and its companies, as a page."""
