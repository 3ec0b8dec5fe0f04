"""Each job told in the order in which it happens; the only rooms that open a transaction."""
