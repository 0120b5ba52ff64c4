from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    start: int
    end: int

    def __post_init__(self):
        if self.end < self.start:
            raise ValueError("end before start")

    def overlaps(self, other):
        return self.start < other.end and other.start < self.end

    def join(self, other):
        return Span(min(self.start, other.start), max(self.end, other.end))

    def __contains__(self, n):
        return self.start <= n < self.end
