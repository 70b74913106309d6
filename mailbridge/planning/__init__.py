"""What is decided about a mail, and what people's own doings teach. All pure."""
