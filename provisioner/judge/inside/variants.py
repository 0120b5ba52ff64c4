"""The kinds of change that perturb.py makes, by name."""

#: A step, the opposite or nothing, far away.
VARIANTS = ("step", "opposite", "far")
#: Calls that are not made.
ABSENT = "absent"
