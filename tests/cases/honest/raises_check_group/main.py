def run_all(fs):
    out, errs = [], []
    for f in fs:
        try: out.append(f())
        except Exception as e: errs.append(e)
    if errs: raise ExceptionGroup("failed", errs)
    return out
def fetch(name):
    return open("/nonexistent/" + name).read()
