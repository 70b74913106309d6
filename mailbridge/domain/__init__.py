"""The nouns of casework: frozen dataclasses and enums, standard library only."""
