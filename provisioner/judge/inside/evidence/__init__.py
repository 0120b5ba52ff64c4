"""What makes a verdict more than a run: line-ups, changed answers, counted assertions."""

#: Kinds of change that perturb.py makes: a step, the opposite or nothing, far away, all the same.
VARIANTS = ("step", "opposite", "far", "same")
#: Calls that are not made; of these, those of methods alone.
ABSENT, IDLE = "absent", "idle"
