import requests


class GitHubError(Exception):
    def __init__(self, message, response=None):
        super().__init__(message)
        self.response = response


class GitHub:
    BASE = "https://api.github.example.org"

    def __init__(self, token=None, session=None):
        self.session = session or requests.Session()
        if token:
            self.session.headers.update({"Authorization": f"token {token}"})

    def repos(self, user):
        url = f"{self.BASE}/users/{user}/repos"
        while url:
            response = self.session.get(url, timeout=10)
            try:
                response.raise_for_status()
            except requests.HTTPError as exc:
                raise GitHubError(f"cannot list repos of {user}", response) from exc
            yield from (r["name"] for r in response.json())
            url = response.links.get("next", {}).get("url")

    def create_issue(self, repo, title, **fields):
        response = self.session.post(f"{self.BASE}/repos/{repo}/issues", json={"title": title, **fields}, timeout=10)
        if response.status_code != 201:
            raise GitHubError(response.text, response)
        return response.json()["number"]


def download(url, path):
    with requests.get(url, stream=True, timeout=5) as response:
        response.raise_for_status()
        with open(path, "wb") as handle:
            for part in response.iter_content(chunk_size=4):
                handle.write(part)
    return path


def is_up(url):
    try:
        return requests.head(url, timeout=1).ok
    except requests.exceptions.RequestException:
        return False
