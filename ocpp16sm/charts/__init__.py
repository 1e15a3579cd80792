"""How a chart runs: the base of compiled machines, and the interpreter for charts of users."""
