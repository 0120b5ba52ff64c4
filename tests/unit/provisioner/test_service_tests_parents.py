"""A body that names something else of the service has the id of one that the test makes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from provisioner.endpoint_tests.writer import write_tests


class NewBlog(BaseModel):
    title: str


class Blog(NewBlog):
    id: int


class NewPost(BaseModel):
    blog_id: int
    author_id: int


class Post(NewPost):
    id: int


class NewComment(BaseModel):
    post_id: int | None


class Comment(NewComment):
    id: int


def described() -> dict[str, Any]:
    """A service of blogs, their posts and the posts' comments."""
    app = FastAPI()

    @app.post("/blogs", status_code=201)
    def create_blog(body: NewBlog) -> Blog:
        raise NotImplementedError

    @app.get("/blogs/{blog_id}")
    def fetch_blog(blog_id: int) -> Blog:
        raise NotImplementedError

    @app.post("/posts", status_code=201)
    def create_post(body: NewPost) -> Post:
        raise NotImplementedError

    @app.get("/posts/{post_id}")
    def fetch_post(post_id: int) -> Post:
        raise NotImplementedError

    @app.post("/comments", status_code=201)
    def create_comment(body: NewComment) -> Comment:
        raise NotImplementedError

    @app.get("/comments/{comment_id}")
    def fetch_comment(comment_id: int) -> Comment:
        raise NotImplementedError

    return app.openapi()


def test_a_parent_is_made_and_its_parent_too() -> None:
    text = write_tests(described()).text
    comments = text.partition("class Comments")[2]
    assert 'return {"post_id": self.new_post_id()}' in comments
    assert '"/posts", {"blog_id": self.new_blog_id(), "author_id": 1}' in comments
    assert "def new_blog_id(self) -> Any:" in comments


def test_what_no_path_of_the_service_takes_is_no_parent() -> None:
    posts = write_tests(described()).text.partition("class Posts")[2].partition("\nclass ")[0]
    assert 'return {"blog_id": self.new_blog_id(), "author_id": 1}' in posts
    assert "new_author_id" not in posts
