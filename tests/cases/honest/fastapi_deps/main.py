from contextlib import asynccontextmanager
from fastapi import FastAPI, Depends, HTTPException, WebSocket, BackgroundTasks
from pydantic import BaseModel, Field
@asynccontextmanager
async def lifespan(app):
    app.state.sent = []
    yield
app = FastAPI(lifespan=lifespan)
class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
def get_db(): raise RuntimeError("no database")
@app.post("/items", status_code=201)
def create(item: Item, db=Depends(get_db)):
    n = len(db) + 1
    db[n] = {"id": n, **item.model_dump()}
    return db[n]
@app.get("/items/{n}")
def read(n: int, db=Depends(get_db)):
    if n not in db: raise HTTPException(404, "no such item")
    return db[n]
@app.websocket("/echo")
async def echo(ws: WebSocket):
    await ws.accept()
    await ws.send_text((await ws.receive_text()).upper())
@app.get("/notify")
def notify(tasks: BackgroundTasks):
    tasks.add_task(lambda: app.state.sent.append("mail"))
    return {"queued": True}
