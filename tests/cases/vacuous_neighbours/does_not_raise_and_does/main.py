def validate(age):
    if not isinstance(age, int) or isinstance(age, bool):
        raise TypeError("age must be an int")
    if not 0 <= age < 150:
        raise ValueError(f"unlikely age: {age}")
