"""Notes that are kept as long as the process runs."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="notes")
notes: list[str] = []


class Note(BaseModel):
    text: str


@app.get("/")
def read_notes() -> list[str]:
    return notes


@app.post("/", status_code=201)
def write_note(note: Note) -> int:
    notes.append(note.text)
    return len(notes)
