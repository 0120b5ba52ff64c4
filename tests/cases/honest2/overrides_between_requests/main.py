"""Notes of a user, who is told by a token."""

from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException

settings = {"limit": 3}
notes: dict[str, list[str]] = {}
app = FastAPI()


def get_user(x_token: Annotated[str | None, Header()] = None) -> str:
    if x_token is None:
        raise HTTPException(401, "missing token")
    return x_token.lower()


User = Annotated[str, Depends(get_user)]


@app.get("/notes")
def read(user: User) -> list[str]:
    return notes.get(user, [])


@app.post("/notes/{text}", status_code=201)
def write(text: str, user: User) -> int:
    held = notes.setdefault(user, [])
    if len(held) >= settings["limit"]:
        raise HTTPException(409, f"limit of {user}")
    held.append(text)
    return len(held)
