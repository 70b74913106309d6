"""stub, being written"""


def newtext(text: str) -> str:
    return text


def split(text: str) -> tuple[str, str]:
    return text, ""
