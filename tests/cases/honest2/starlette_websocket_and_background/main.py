from fastapi import BackgroundTasks, FastAPI, Request, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

app = FastAPI()
sent = []


class Teapot(Exception):
    pass


@app.exception_handler(Teapot)
async def teapot(request: Request, error: Teapot):
    return JSONResponse({"error": str(error), "path": request.url.path}, status_code=418)


@app.middleware("http")
async def tag(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Served-By"] = "main"
    return response


@app.post("/mail/{to}")
async def mail(to: str, tasks: BackgroundTasks):
    tasks.add_task(sent.append, to)
    return {"queued": to}


@app.get("/brew")
def brew():
    raise Teapot("short and stout")


@app.get("/stream")
def stream(n: int = 3):
    return StreamingResponse((f"{i}\n" for i in range(n)), media_type="text/plain")


@app.get("/cookie", response_class=PlainTextResponse)
def cookie(response: Response, request: Request):
    seen = int(request.cookies.get("seen", "0")) + 1
    response.set_cookie("seen", str(seen))
    return f"seen {seen}"


@app.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept()
    async for text in socket.iter_text():
        if text == "bye":
            await socket.close(code=4000)
            break
        await socket.send_json({"you": text[::-1]})
