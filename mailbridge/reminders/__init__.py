"""Letters, answers, and the chases in between. Everything here but the task lists is pure."""
