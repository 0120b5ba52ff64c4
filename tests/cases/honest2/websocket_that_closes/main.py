"""Who is in a room, and what is said there."""

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
rooms: dict[str, dict[str, WebSocket]] = {}


@app.websocket("/rooms/{room}/{name}")
async def chat(socket: WebSocket, room: str, name: str) -> None:
    await socket.accept()
    rooms.setdefault(room, {})[name] = socket
    try:
        while True:
            text = await socket.receive_text()
            for other in list(rooms[room].values()):
                await other.send_text(f"{name}: {text}")
    except WebSocketDisconnect:
        del rooms[room][name]
        if not rooms[room]:
            del rooms[room]


@app.get("/rooms")
def list_rooms() -> dict[str, list[str]]:
    return {room: sorted(members) for room, members in rooms.items()}
