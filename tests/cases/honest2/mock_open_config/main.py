def read_config(path):
    out = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                key, _, value = line.partition("=")
                out[key.strip()] = value.strip()
    return out


def write_config(path, values):
    with open(path, "w", encoding="utf-8") as f:
        for key in sorted(values):
            f.write(f"{key} = {values[key]}\n")
