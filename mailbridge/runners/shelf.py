"""The rules in force: read again when their files change; broken ones leave the old in force."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from mailbridge.domain.people import Organisation
from mailbridge.domain.rules import RulesBroken
from mailbridge.planning.rules import Rules, parse_rules
from mailbridge.runners.clock import Clock
from mailbridge.store import people, state
from mailbridge.store.engine import Store

log = structlog.get_logger()

GOOD = "rules in force"  # note: the texts that were last found sound, so a restart has them too
BROKEN = "rules broken"  # note: what is wrong with the newer ones


@dataclass(slots=True)
class Shelf:
    """Holds the parsed rules between rounds. `read` gives the files' texts by name."""

    read: Callable[[], Mapping[str, str]]
    store: Store
    clock: Clock
    _texts: Mapping[str, str] | None = None
    _rules: Rules | None = None
    _last_seen: Mapping[str, str] | None = field(default=None)

    def rules(self) -> Rules:
        """The rules in force. Raises RulesBroken only when there were never any sound ones."""
        texts = dict(self.read())
        if self._rules is not None and texts == self._last_seen:
            return self._rules
        self._last_seen = texts
        try:
            self._rules, self._texts = parse_rules(texts), texts
        except RulesBroken as broken:
            self._keep_old(broken)
        else:
            with self.store.writing() as tx:
                state.write_note(tx, GOOD, json.dumps(texts), self.clock())
                state.drop_note(tx, BROKEN)
        if self._rules is None:
            raise RulesBroken(("there are no rules",))
        return self._rules

    def organisations(self) -> tuple[Organisation, ...]:
        """Every organisation known: the office's own entries go before those of the rules."""
        shipped = self.rules().organisations
        with self.store.reading() as tx:
            own = people.all_organisations(tx)
        ids = {each.id for each in own}
        return (*own, *(each for each in shipped if each.id not in ids))

    def _keep_old(self, broken: RulesBroken) -> None:
        log.warning("rules broken, the old ones stay in force", problems=len(broken.problems))
        with self.store.writing() as tx:
            state.keep_note(tx, BROKEN, "\n".join(broken.problems), self.clock())
            good = state.note(tx, GOOD)
        if self._rules is None:
            if good is None:
                raise broken
            try:
                self._rules = parse_rules(json.loads(good.value))
            except RulesBroken:
                # Sound once, not in this release: today's mistakes are the ones to mend.
                raise broken from None
