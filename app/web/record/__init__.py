"""Recording what happened: a form for each type of event, voids and corrections."""
