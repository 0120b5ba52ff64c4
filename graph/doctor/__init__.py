"""doctor: what works on this machine, found by trying it, and how to mend the rest."""
