import textwrap


def invoice(customer, lines, width=24):
    out = [customer.center(width).rstrip(), "-" * width]
    for name, cents in lines:
        out.append(f"{name[: width - 9]:<{width - 9}}{cents / 100:9.2f}")
    out += ["-" * width, f"{'Total':<{width - 9}}{sum(c for _, c in lines) / 100:9.2f}"]
    return "\n".join(out) + "\n"


def help_text(options):
    body = "\n".join(f"  --{k:<8} {v}" for k, v in options.items())
    return textwrap.dedent(
        """\
        Usage: tool [options]

        Options:
        """
    ) + body
