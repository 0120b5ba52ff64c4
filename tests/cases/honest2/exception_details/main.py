class ApiError(Exception):
    status = 500

    def __init__(self, message, *, code=None):
        super().__init__(message)
        self.code = code or self.status

    def __str__(self):
        return f"[{self.code}] {self.args[0]}"


class NotFound(ApiError, LookupError):
    status = 404


class Invalid(ApiError):
    status = 422

    def __init__(self, errors):
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def get(table, key):
    try:
        return table[key]
    except KeyError as error:
        problem = NotFound(f"no {key}")
        problem.add_note(f"keys are {sorted(table)}")
        raise problem from error


def validate(record):
    errors = {k: "required" for k in ("name", "age") if k not in record}
    if errors:
        raise Invalid(errors)


def check_all(checks):
    failed = []
    for check in checks:
        try:
            check()
        except Exception as e:
            failed.append(e)
    if failed:
        raise ExceptionGroup("checks failed", failed)
