def pad(text, width, fill=" ", side="left"):
    missing = max(0, width - len(text))
    if side == "left":
        return fill * missing + text
    if side == "right":
        return text + fill * missing
    raise ValueError(f"side must be left or right, not {side!r}")
