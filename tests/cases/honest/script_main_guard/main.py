def clamp(x, low, high):
    """Clamp."""
    return max(low, min(high, x))
