"""Where core and edges meet: each runner does one round of its work and comes back."""
