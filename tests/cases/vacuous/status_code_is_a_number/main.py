from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{n}")
def item(n: int):
    return {"id": n, "name": f"item {n}"}
