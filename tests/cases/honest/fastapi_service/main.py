from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

app = FastAPI()
_items: dict[int, dict] = {}


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/items", status_code=201)
async def create(item: Item):
    number = len(_items) + 1
    _items[number] = {"id": number, **item.model_dump()}
    return _items[number]


@app.get("/items/{number}")
async def get(number: int):
    if number not in _items:
        raise HTTPException(404, "no such item")
    return _items[number]


@app.delete("/items/{number}", status_code=204)
async def delete(number: int):
    _items.pop(number, None)
