"""Reading mail: bytes to `Message`. Pure but for `mailboxes/`, which holds one file a backend."""
