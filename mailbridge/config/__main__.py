"""Write the two generated files anew: `python -m mailbridge.config` at the top of a checkout."""

from pathlib import Path

from mailbridge.config import documentation, sample

Path("config").mkdir(exist_ok=True)
Path("config/office.toml").write_text(sample(), encoding="utf-8")
Path("docs/configuration.md").write_text(documentation(), encoding="utf-8")
