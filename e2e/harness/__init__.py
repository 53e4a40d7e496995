"""How the browser suite is run: the browser, limits, evidence, flaky tests and soak runs."""
