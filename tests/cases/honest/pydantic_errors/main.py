from pydantic import BaseModel, ValidationError, field_validator


class User(BaseModel):
    name: str
    age: int

    @field_validator("age")
    @classmethod
    def adult(cls, v):
        if v < 18:
            raise ValueError("must be adult")
        return v


def parse(data):
    return User.model_validate(data)
