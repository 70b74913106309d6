"""Where the rules and the sample configuration that come with mailbridge lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rules_dir() -> Path:
    """The folder of tag framework, tag rules, organisations and answer phrases (`*.toml`).

    Raises FileNotFoundError when the installation is damaged.
    """
    return _shipped("rules")


def config_dir() -> Path:
    """The folder of the sample configuration (`office.toml`).

    Raises FileNotFoundError when the installation is damaged.
    """
    return _shipped("config")


def _shipped(name: str) -> Path:
    # A wheel carries them inside the package (pyproject.toml, wheel.sources); in a checkout they
    # stand beside it, where people edit them.
    places = (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise FileNotFoundError(
        f"The {name} that come with mailbridge are missing (looked in {looked}): "
        "the installation is damaged. Install mailbridge again."
    )
