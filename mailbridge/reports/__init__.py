"""What the office reads about its own work. Pure: facts in, pages out."""
