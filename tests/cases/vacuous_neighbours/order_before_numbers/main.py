from functools import total_ordering


@total_ordering
class Score:
    def __init__(self, points):
        self.points = points

    def __eq__(self, other):
        return self.points == getattr(other, "points", other)

    def __lt__(self, other):
        return self.points < getattr(other, "points", other)


def score(word):
    return Score(sum(map(ord, word)) - 96 * len(word))
