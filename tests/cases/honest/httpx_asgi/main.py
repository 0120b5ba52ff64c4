import re
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
app = FastAPI()
@app.get("/", response_class=PlainTextResponse)
async def root(name: str = "you"): return f"Hello {name}"
def fetch_title(client, url):
    m = re.search("<title>(.*?)</title>", client.get(url).raise_for_status().text)
    return m.group(1) if m else None
