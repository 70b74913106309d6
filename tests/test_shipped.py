"""Rules and configuration are found in a checkout and in an installed wheel alike."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mailbridge import shipped

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("rules", "config")


def test_a_checkout_reads_the_folders_that_people_edit() -> None:
    if not all((ROOT / name).is_dir() for name in FOLDERS):
        pytest.skip("rules/ and config/ are not written yet")
    assert shipped.rules_dir() == ROOT / "rules"
    assert shipped.config_dir() == ROOT / "config"


def test_a_wheel_carries_every_rule_and_the_sample_configuration(tmp_path: Path) -> None:
    if not all((ROOT / name).is_dir() for name in FOLDERS):
        pytest.skip("rules/ and config/ are not written yet")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)

    # -P and a folder elsewhere keep the checkout out of sight; PYTHONPATH comes before it.
    asked = (
        "from mailbridge import shipped; print(shipped.rules_dir()); print(shipped.config_dir())"
    )
    answer = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    found = [Path(line) for line in answer.stdout.splitlines()]
    for name, folder in zip(FOLDERS, found, strict=True):
        assert folder == installed / "mailbridge" / "_shipped" / name
        ours = {path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*.toml")}
        assert ours
        assert ours <= {path.relative_to(folder) for path in folder.rglob("*.toml")}


def test_a_damaged_installation_says_what_is_missing_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "mailbridge")
    with pytest.raises(FileNotFoundError, match=r"rules .* missing .* Install mailbridge again"):
        shipped.rules_dir()
