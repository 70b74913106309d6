"""Our own database: what was seen, what was decided, what is still to be done."""
