from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

app = FastAPI()
_todos = {}


class Todo(BaseModel):
    title: str = Field(min_length=1, max_length=40)
    done: bool = False


@app.post("/todos", status_code=201)
def create(todo: Todo):
    number = len(_todos) + 1
    _todos[number] = todo
    return {"id": number, **todo.model_dump()}


@app.get("/todos/{number}")
def read(number: int):
    if number not in _todos:
        raise HTTPException(404, "no such todo")
    return _todos[number]


@app.delete("/todos", status_code=204)
def clear(x_confirm: str = Header("no")):
    if x_confirm != "yes":
        raise HTTPException(403, detail={"confirm": x_confirm})
    _todos.clear()
