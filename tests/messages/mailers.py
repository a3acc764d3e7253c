"""Mailers for tests of what happens around the sending; the sending itself is tested against a real server."""

from messages.letter import Letter, NotNow, Refused


class Deaf:
    """Nobody answers."""

    def send(self, letter: Letter) -> None:
        raise NotNow("The mail server couldn't be reached.")


class Stern:
    """Takes nothing."""

    def send(self, letter: Letter) -> None:
        raise Refused("The mail server refused it: 550 unknown")


class Broken:
    """Fails as only a mistake of ours does."""

    def send(self, letter: Letter) -> None:
        raise ZeroDivisionError("siti@contoh.id")


class Drawer:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
