from dataclasses import dataclass, field, replace


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0
    tag: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text):
        number, _, tag = text.partition("-")
        return cls(*map(int, number.split(".")), tag=tag)

    def bump(self):
        return replace(self, minor=self.minor + 1, tag="")


@dataclass
class Release:
    version: Version
    notes: list = field(default_factory=list)
    files: dict = field(default_factory=dict, repr=False)
