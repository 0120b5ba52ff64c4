from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Query

state = {}


@asynccontextmanager
async def lifespan(app):
    state["ready"] = True
    yield
    state.clear()


app = FastAPI(lifespan=lifespan)


def get_store():
    return {"a": 1, "b": 2}


@app.get("/health")
async def health():
    return {"status": "ok" if state.get("ready") else "starting"}


@app.get("/items")
def items(store: dict = Depends(get_store), least: int = Query(0, ge=0), sort: bool = False):
    found = [k for k, v in store.items() if v >= least]
    return sorted(found, reverse=True) if sort else found
