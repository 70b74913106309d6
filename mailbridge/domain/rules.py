"""The error that every reader of `rules/*.toml` raises."""


class RulesBroken(Exception):
    """A rules file has mistakes; `problems` names every one of them. The old rules stay in force.

    >>> RulesBroken(("line 3: no name",)).problems
    ('line 3: no name',)
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take one sentence a mistake, in the order of the file."""
        super().__init__("\n".join(problems))
        self.problems = problems
