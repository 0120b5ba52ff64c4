def summarize(xs):
    return {"n": len(xs), "sum": sum(xs)}
