"""What a mail is about: the closed framework of tags, the rules, and what they suggest. All pure.

Nothing here imports spaCy or RE2 until a rulebook is read, so that a quick command stays quick.
"""
