import asyncio
import httpx
import unittest
from main import app, fetch_title
class T(unittest.IsolatedAsyncioTestCase):
    async def test_root(self):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as c:
            r = await c.get("/", params={"name": "Bo"})
        self.assertEqual(r.status_code, 200)
        self.assertEqual(r.text, "Hello Bo")
    def test_mock_transport(self):
        def handler(request):
            self.assertEqual(request.url.path, "/page")
            return httpx.Response(200, text="<title>Hi</title>")
        with httpx.Client(transport=httpx.MockTransport(handler)) as c:
            self.assertEqual(fetch_title(c, "http://x/page"), "Hi")
if __name__ == "__main__":
    unittest.main()
