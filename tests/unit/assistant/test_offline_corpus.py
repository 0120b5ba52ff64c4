"""Requirements in many words: what is written for them is red, then green, and tells wrong code.

Everything runs in one process of its own, so that generated code never meets the tests' process.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.providers.offline.answers import answer
from assistant.schemas import GenerateMainCode, GenerateTestCode

TEXTS = {
    "orders": (
        "Create REST API for orders. An order has a customer (text), a quantity (whole "
        "number from 1 to 100) and a status (open, paid, shipped). Orders can be created, "
        "fetched, listed, filtered by status and deleted."
    ),
    "payments": (
        "Build a payments API. A payment has an amount (positive decimal), a currency "
        "(EUR, USD or GBP) and a status (pending, completed, refunded). Payments can be "
        "created, fetched and listed. A payment can be refunded once."
    ),
    "payments-2": (
        "A payment has an amount and a currency (text, exactly 3 characters). Payments "
        "can be created and read. A payment can be refunded once."
    ),
    "users": (
        "Create a REST API to manage users. Each user has a name (1 to 50 characters), a "
        "unique email and an optional age (integer, at least 18). Support full CRUD."
    ),
    "tasks": (
        "Build a simple task service. A task has a title of at most 80 characters, an "
        "optional description and a done flag which is false by default. Tasks can be "
        "created, listed, updated and deleted. A task can be completed."
    ),
    "todos": (
        "I need a REST API for todos. Todos have a title (required, max 100 characters), "
        "a priority (low, medium, high; default medium) and a due date (optional). Users "
        "can create, view, update and delete todos. Todos can be filtered by priority."
    ),
    "books": """# Books API

A book has:
- a title (text, up to 200 characters)
- an author (text)
- an ISBN (13 digits, unique)
- a year of publication (whole number between 1450 and 2100)
- a price (decimal, not negative, two decimal places)

Operations:
- create a book
- fetch a book by id
- list all books, filtered by author
- update a book
- delete a book
""",
    "bookings": (
        "A booking has a guest, a room number (int 1..500), a start date and an end date. "
        "The end date must be after the start date. Bookings can be made, fetched, "
        "listed, filtered by room number and cancelled. A booking can be cancelled only "
        "once."
    ),
    "products": (
        "Products have a name, a unique SKU (8 characters), a price greater than 0 and a "
        "stock of at least 0, default 0. CRUD for products. The list is paged with limit "
        "and offset and can be filtered by name."
    ),
    "invoices": (
        "An invoice has a number (unique text), a customer, an amount (money) and a "
        "status: draft, sent, paid or cancelled. New invoices are draft. A draft invoice "
        "can be sent. A sent invoice can be paid. An invoice can be cancelled unless it "
        "is paid. Paid invoices cannot be deleted. Invoices can be created, fetched, "
        "listed, updated and deleted."
    ),
    "notes": (
        "Create a notes API. A note has a title and a body and can be created, read, "
        "updated, deleted and listed, newest first."
    ),
    "events": (
        "Each event consists of a name, a location (optional), a start time and an end "
        "time. The end time must not be before the start time. Events can be created, "
        "fetched, listed sorted by start time, and deleted. Store everything in memory. "
        "Use FastAPI."
    ),
    "tickets": (
        "A support ticket has a subject (text, 5 to 120 characters), a body (text, at "
        "most 5,000 characters), a priority from 1 to 5 with default 3 and a status "
        "(open, in progress, resolved, closed). Tickets can be created, fetched, listed, "
        "filtered by status and priority. An open ticket can be started. A ticket that is "
        "in progress can be resolved. A resolved ticket can be closed or reopened."
    ),
    "inventory": (
        "An inventory item has a name, a quantity (non-negative integer) and a location. "
        "Items can be added, listed, changed and removed. Unknown ids return 404. Invalid "
        "input returns 422."
    ),
    "comments": (
        "Comments have an author (max. 40 characters), a text (max. 1000 characters) and "
        "a rating (1, 2, 3, 4 or 5). Comments can be posted, fetched, listed page by "
        "page, 10 a page, and deleted."
    ),
    "orders-2": """orders:
customer: text
quantity: int 1..100
status: open | paid | shipped

Orders can be created, listed and deleted.""",
    "orders-3": """Build an orders service.

Fields:
* customer - string, required
* quantity - integer, 1-100
* status - one of open, paid, shipped; default open

Endpoints:
* POST /orders creates an order
* GET /orders lists orders, filtered by status
* GET /orders/{id} fetches an order
* DELETE /orders/{id}

Rules:
* An order can be shipped only when it is paid.
* An open order can be paid.
* Shipped orders cannot be deleted.
""",
    "articles": (
        "An article has a title, a slug (unique, at most 60 characters), a body, tags "
        "(list of text, at most 5) and a published flag. Articles can be created, "
        "fetched, listed, filtered by published, updated and deleted."
    ),
    "reviews": (
        "Create a REST API for reviews. A review consists of a product (text), a rating "
        "between 1 and 5, and a comment that can be omitted. It should be possible to "
        "create, list, and delete reviews and to filter them by product."
    ),
    "subscriptions": (
        "A subscription has an email, a plan (free, basic, pro; default free) and a start "
        "date. The status goes from active to paused and from paused to active and from "
        "active to cancelled. The status is one of active, paused or cancelled. "
        "Subscriptions can be created, fetched and listed."
    ),
    "cars": (
        "Cars have a make, a model, a year (1886 to 2100), a license plate (unique), and "
        "a price in euros. CRUD."
    ),
    "contacts": (
        "A contact has a first name, a last name, an email address, a phone number "
        "(optional) and a birthday (optional). Contacts can be created, viewed, listed, "
        "edited and deleted. Contacts can be searched by last name."
    ),
    "employees": (
        "An employee has a name, a department (sales, engineering, hr), a salary "
        "(decimal, at least 0) and a hire date. Employees can be created, updated, "
        "fetched, deleted and listed by department."
    ),
    "messages": (
        "A message has a sender, a recipient and a text of up to 500 characters. Messages "
        "can be sent, listed by recipient, and marked as read."
    ),
    "loans": (
        "A loan has a book title and a borrower. Loans can be created, fetched and "
        "listed. A loan can be returned once."
    ),
    "leads": (
        "A lead has a name and a status (new, contacted, qualified, lost). Leads can be "
        "created, listed and updated."
    ),
    "recipes": (
        "A recipe has a title, a list of ingredients (at least 1), a servings count "
        "(whole number, 1 to 50), and instructions. Recipes can be created, read, listed, "
        "updated and deleted."
    ),
    "rooms": (
        "Rooms have a name (unique), a capacity (1 to 500) and a projector (yes or no). "
        "Rooms can be created, listed, filtered by capacity, and removed."
    ),
    "sensors": (
        "A sensor reading has a sensor id (text), a temperature (decimal between -50 and "
        "60) and a time (timestamp). Readings can be created and listed by sensor id."
    ),
    "accounts": (
        "An account has an owner and a balance (decimal, at least 0, default 0). Accounts "
        "can be opened, fetched, listed. An account can be closed once. Closed accounts "
        "cannot be changed."
    ),
    "users-2": (
        "Users have a username (3 to 20 characters, unique) and a role (admin, editor, "
        "viewer). Users can be created, fetched, listed, filtered by role, updated, "
        "deactivated and activated."
    ),
    "documents": (
        "A document has a title and content. A document can be published and archived. "
        "Only published documents can be archived. Documents can be created, fetched, "
        "updated and listed."
    ),
    "orders-4": (
        "We need an HTTP service for managing orders. Every order must have a customer "
        "name, which must not be empty, and a quantity, which must be between 1 and 100. "
        "The status is either open, paid or shipped. It defaults to open. Clients can "
        "create orders, fetch one order, list all orders and delete an order."
    ),
    "courses": (
        "A course has a title, a level (beginner, intermediate, advanced), a price, and a "
        "number of seats (at least 1). Courses can be created, listed, filtered by level, "
        "updated and deleted. The title must be unique. The price must not be negative."
    ),
    "animals": (
        "Write a service to track animals. Each animal has a name, a species (dog, cat or "
        "bird), and an age in years. Animals can be added, listed, looked up by id and "
        "removed."
    ),
    "projects": (
        "Provide a REST API for projects with a name, a description and a deadline. "
        "Projects can be created, fetched, listed and deleted."
    ),
    "votes": (
        "A vote has a voter (text) and a choice (yes, no, abstain). Votes can be created "
        "and listed."
    ),
    "players": (
        "Players have a nickname, a score (integer, default 0) and a team. Endpoints to "
        "create, read, update and delete players. Return players sorted by score, highest "
        "first."
    ),
    "coupons": (
        "A coupon has a code (6 letters and digits), a discount (percentage) and an "
        "expiry date. Coupons can be created, fetched, listed and redeemed once."
    ),
    "shops": (
        "A shop has a name and a product has a name and a price. Shops and products can "
        "be created and listed."
    ),
    "two": (
        "An author has a name. A book has a title and a year. Authors can be created, "
        "fetched and listed. Books can be created, fetched, listed and deleted."
    ),
    "class": (
        "A student has a name, a class and a from date. Students can be created and "
        "listed, filtered by class. Students can be updated."
    ),
    "devices": (
        "Devices: {name: string, serial: string unique, active: bool = true, battery: int "
        "0..100}. Devices can be created, fetched, updated, listed."
    ),
    "payments-3": (
        "Create a REST API for payments. A payment has an amount (decimal greater than "
        "0), a currency (EUR, USD or GBP) and an optional description. Payments can be "
        "created, fetched and listed. A payment can be refunded once."
    ),
    "payments-4": (
        "Implement a payment service. Each payment has an order id (text), an amount "
        "(positive number with two decimals) and a method (card, cash, transfer). "
        "Payments start as pending. A pending payment can be captured. A captured payment "
        "can be refunded once. Payments can be created, listed and fetched by id."
    ),
    "users-3": (
        "User management API. A user has a username (unique, 3-20 characters), an email "
        "address (unique), a role (admin or member, default member) and an active flag "
        "(default true). Users can be created, listed, filtered by role, deactivated and "
        "reactivated."
    ),
    "tasks-2": (
        "A todo list API. Tasks have a title and a description. A task can be marked as "
        "done. Tasks can be created, listed, and deleted. New tasks are not done."
    ),
    "tasks-3": (
        "Build an API to manage tasks. A task has a title (required, 1 to 100 "
        "characters), a priority (integer 1-5, default 3), a due date (optional date) and "
        "a status: todo, in progress or done. New tasks are todo. A task can be started "
        "when it is todo. A task can be completed when it is in progress. Tasks can be "
        "filtered by status and priority. Tasks can be created, read, updated and "
        "deleted."
    ),
    "books-2": (
        "REST API for a library. A book has a title, an author, an isbn (unique) and a "
        "number of pages (at least 1). A book can be lent and returned. A lent book "
        "cannot be deleted. Books can be created, listed and deleted."
    ),
    "bookings-2": (
        "Bookings API: a booking has a guest name, a number of guests (1 to 8), a "
        "check-in date and a check-out date. The check-out date must be after the "
        "check-in date. Bookings can be created, fetched, listed, confirmed and "
        "cancelled. A cancelled booking cannot be confirmed."
    ),
    "products-2": (
        "Products: name (string, required), description (string, optional), price (float, "
        "> 0), in_stock (boolean, default true). Operations: create, list, get, update, "
        "delete products. Filter products by in_stock."
    ),
    "invoices-2": (
        "Manage invoices. An invoice has a customer, a total (amount of money, not "
        "negative), a due date, and a status (draft, sent, paid), initially draft. Only "
        "draft invoices can be sent. Only sent invoices can be paid. Paid invoices cannot "
        "be changed or deleted. Full CRUD."
    ),
    "notes-2": (
        "Notes with a title (max 100 chars) and content (max 10000 chars). Users can add, "
        "edit, list and delete notes."
    ),
    "events-2": (
        "An event has a title, a date, a venue and a capacity between 1 and 1000. Events "
        "can be created, listed by date, fetched, updated, and cancelled."
    ),
    "tickets-2": (
        "Tickets have a subject, a body and a severity (low, medium, high, critical). A "
        "ticket is open at first. It can be closed, and a closed ticket can be reopened. "
        "Tickets can be created, fetched and listed; the list can be filtered by "
        "severity."
    ),
    "inventory-2": (
        "Inventory items have a sku (unique text), a name, a quantity (0 or more) and a "
        "unit price (decimal, at least 0). You can create, view, list, update and delete "
        "items. Items are listed by name."
    ),
    "comments-2": (
        "A comment has an author (text up to 50 characters), a body (text up to 500 "
        "characters) and a created at timestamp that is set automatically. Comments can "
        "be created, fetched, listed newest first, and deleted."
    ),
    "orders-5": """Feature: orders

An order has
 - customer (text)
 - quantity (whole number, 1 to 100)
 - status (open, paid, shipped)

Orders can be
 - created
 - fetched
 - listed
 - filtered by status
 - deleted""",
    "orders-6": (
        "POST /orders creates an order with customer (string) and quantity (integer "
        "between 1 and 100). GET /orders lists all orders. GET /orders/{id} returns one "
        "order. DELETE /orders/{id} deletes it."
    ),
    "orders-7": (
        "Orders have a customer name, a total and a status. The status is one of new, "
        "paid, shipped or cancelled and starts as new. New orders can be paid. Paid "
        "orders can be shipped. New and paid orders can be cancelled. Orders can be "
        "created, fetched and listed with pagination (limit and offset)."
    ),
    "orders-8": (
        "An order consists of a customer (non-empty text), a quantity (integer, minimum "
        "1, maximum 100) and a status (one of 'open', 'paid', 'shipped'; default 'open'). "
        "The API must support creating, reading, listing, updating and deleting orders. "
        "Listing must support filtering by status. Return 404 for unknown orders. Return "
        "422 for invalid input."
    ),
    "polls": (
        "A poll has a question (10 to 200 characters) and a list of options (2 to 10 "
        "texts). Polls can be created, fetched, listed and closed. Closed polls cannot be "
        "updated."
    ),
    "movies": (
        "Movie catalogue: each movie has a title, a release year (1888-2100), a genre "
        "(action, comedy, drama, horror) and a rating (0.0 to 10.0). Movies can be "
        "created, fetched, updated, deleted and listed; listing can be filtered by genre "
        "and sorted by rating, highest first."
    ),
    "pets": (
        "I want a service for a pet shop. Pets have a name, a species (dog, cat, bird, "
        "fish) and a price. They can be added, listed, fetched and sold. A sold pet "
        "cannot be sold again."
    ),
    "trips": (
        "A trip has a destination, a start date, an end date and a budget of at least 0. "
        "The start date must not be after the end date. Trips can be created, listed, "
        "fetched, changed and deleted."
    ),
    "feedback": (
        "Create an API for feedback messages. A feedback message has an email, a rating "
        "from 1 to 5 and an optional comment of at most 500 characters. Feedback messages "
        "can be created and listed."
    ),
    "accounts-2": (
        "A bank account has an owner (text), an iban (15 to 34 letters and digits, "
        "unique) and a balance (decimal, default 0). Accounts can be created, fetched, "
        "listed, frozen and unfrozen. Frozen accounts cannot be deleted."
    ),
    "jobs": (
        "A job has a name, a command and a number of retries (0 to 10, default 0). A job "
        "is queued, running, succeeded or failed. Jobs can be created, listed and "
        "fetched. The status goes from queued to running and from running to succeeded or "
        "failed."
    ),
    "contracts": (
        "Contracts: party (text, required), value (money, greater than zero), signed "
        "(boolean). A contract can be signed once. Signed contracts cannot be changed or "
        "deleted. Contracts can be created, read, updated, deleted and listed."
    ),
    "lists": (
        "A shopping list item has a name (text), an amount (whole number, at least 1, "
        "default 1) and a bought flag (default false). Items can be added, listed, "
        "filtered by bought, updated and removed."
    ),
    "urls": (
        "A short link has a url (valid URL) and a code (exactly 6 letters or digits, "
        "unique). Short links can be created, fetched, listed and deleted."
    ),
    "students": (
        "A student has a first name, last name, date of birth, grade (A, B, C, D, F) and "
        "email (unique email). Implement CRUD. Students should be searchable by last "
        "name."
    ),
    "hotels": (
        "Build a hotel room API with rooms. A room has a number (unique, integer 1..999), "
        "a type (single, double, suite) and a price per night (decimal > 0). Rooms can be "
        "created, updated, listed, filtered by type and deleted. Rooms are sorted by "
        "number."
    ),
    "devices-2": (
        "Every device has a serial number, a model and a firmware version. Serial numbers "
        "are unique. Devices can be registered, listed, activated and deactivated."
    ),
    "articles-2": (
        "An article has a title, a body and a status of draft, published or archived "
        "which defaults to draft. Draft articles can be published, published articles can "
        "be archived. Articles can be created, edited, fetched, listed and filtered by "
        "status."
    ),
    "quotes": (
        "A quote has a text and an author. Quotes can be created, listed, fetched and "
        "deleted. Both fields are required."
    ),
    "sessions": (
        "A session has a title, a speaker and a duration in minutes (at least 5, at most "
        "180). The API lets clients create sessions, list sessions, get a session and "
        "delete a session."
    ),
    "campaigns": (
        "Campaigns have a name, a budget (decimal, at least 0) and a status (draft, "
        "active, paused, ended). A draft campaign can be activated. An active campaign "
        "can be paused. A paused campaign can be resumed. A campaign can be ended unless "
        "it is a draft. Campaigns can be created, listed and fetched."
    ),
    "teams": (
        "A team has a name and a player has a name, a position and a number (1 to 99). "
        "Teams can be created and listed. Players can be created, listed and filtered by "
        "position."
    ),
    "people": (
        "People have a name and a birthday. People can be created, listed, fetched, "
        "updated and deleted."
    ),
    "chores": (
        "A chore has a title and a priority (low, medium, high). Chores can be created and "
        "listed. Chores are sorted by priority, highest first."
    ),
    "tickets-9": (
        "A ticket has a title and a status (open, closed). New tickets are open. Tickets can "
        "be created, listed, fetched and closed. A closed ticket cannot be reopened."
    ),
    "expenses": (
        "An expense has an amount in euros, a category (travel, food, office, other) and "
        "a date. Expenses can be submitted, approved and rejected. Only submitted "
        "expenses can be approved or rejected. Expenses can be created, listed and "
        "fetched."
    ),
}

# Runs each suite against each version of main.py; prints {name: {version: [ran, failed]}}.
RUNNER = """
import json, sys, types, unittest

class Quick(unittest.TestResult):
    def _exc_info_to_string(self, error, test):
        return ""  # tracebacks are what takes long

def module(name, code):
    sys.modules[name] = made = types.ModuleType(name)
    exec(code, made.__dict__)
    return made

def run(tests, version, code):
    module("main", code)
    result = Quick()
    result.failfast = version not in ("right", "stub")
    unittest.defaultTestLoader.loadTestsFromModule(module("suite", tests)).run(result)
    errors = [test for test, _ in result.failures + result.errors]
    return [result.testsRun, len({getattr(test, "test_case", test).id() for test in errors})]

print(json.dumps({
    name: {version: run(suite, version, code) for version, code in versions.items()}
    for name, (tests, versions) in json.load(sys.stdin).items()
    for suite in [compile(tests, "test.py", "exec")]
}))
"""


def feature(name: str) -> str:
    return name.rstrip("0123456789").rstrip("-")


def written(name: str) -> tuple[str, str]:
    inputs = {"feature": feature(name), "requirements": TEXTS[name]}
    tests, main = answer("generate_test_code", inputs), answer("generate_main_code", inputs)
    assert isinstance(tests, GenerateTestCode)
    assert isinstance(main, GenerateMainCode)
    return tests.code, main.code


def stub(tests: str) -> str:
    """main.py with every name that the tests import; all of them raise NotImplementedError."""
    imported = [node for node in ast.parse(tests).body if isinstance(node, ast.ImportFrom)]
    names = [alias.name for node in imported if node.module == "main" for alias in node.names]
    lines = []
    for name in names:
        if name in ("Invalid", "NotFound", "Conflict"):
            lines.append(f"class {name}(Exception): pass")
        else:
            lines.append(f"def {name}(*args, **kwargs): raise NotImplementedError")
    return "\n".join(lines)


class Flip(ast.NodeTransformer):
    """Negates the comparison with this number."""

    def __init__(self, number: int) -> None:
        self.left = number

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.left -= 1
        return ast.UnaryOp(ast.Not(), node) if self.left == -1 else node


def broken(main: str) -> dict[str, str]:
    """Versions that are wrong, each in one way that the requirements forbid."""
    kept = re.compile(r"^( +)self\._\w+\[\w+\.id\] = \w+$", re.MULTILINE)
    versions = {
        "accepts everything": main.replace("    if problems:\n", "    if False:\n"),
        "forgets what it creates": kept.sub(r"\1pass", main),
        "never says what is missing": re.sub(r"raise NotFound\(.*\)", "return None", main),
    }
    count = sum(isinstance(node, ast.Compare) for node in ast.walk(ast.parse(main)))
    for number in range(0, count, 3):
        flipped = ast.fix_missing_locations(Flip(number).visit(ast.parse(main)))
        versions[f"comparison {number} negated"] = ast.unparse(flipped)
    return versions


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, list[int]]]:
    work: dict[str, Any] = {}
    for name in TEXTS:
        tests, main = written(name)
        work[name] = (tests, {"right": main, "stub": stub(tests), **broken(main)})
    ran = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER],
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, list[int]]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_the_tests_are_many_and_green_on_the_code(
    name: str, outcomes: dict[str, dict[str, list[int]]]
) -> None:
    ran, failed = outcomes[name]["right"]
    assert ran >= 8
    assert failed == 0


@pytest.mark.parametrize("name", TEXTS)
def test_every_test_is_red_where_there_is_no_code(
    name: str, outcomes: dict[str, dict[str, list[int]]]
) -> None:
    ran, failed = outcomes[name]["stub"]
    assert failed == ran


@pytest.mark.parametrize("name", TEXTS)
def test_wrong_code_is_told_from_right_code(
    name: str, outcomes: dict[str, dict[str, list[int]]]
) -> None:
    versions = {k: v for k, v in outcomes[name].items() if k not in ("right", "stub")}
    assert len(versions) >= 4
    assert [version for version, (_, failed) in versions.items() if not failed] == []


def test_test_py_runs_by_itself_and_its_exit_code_tells(tmp_path: Path) -> None:
    tests, main = written("orders")
    (tmp_path / "test.py").write_text(tests)
    (tmp_path / "main.py").write_text(main)
    green = subprocess.run([sys.executable, "-B", "test.py"], cwd=tmp_path, capture_output=True)
    (tmp_path / "main.py").write_text(main.replace("1 <= number", "1 < number"))
    red = subprocess.run([sys.executable, "-B", "test.py"], cwd=tmp_path, capture_output=True)
    assert (green.returncode, red.returncode) == (0, 1)


@pytest.mark.parametrize("name", ["orders", "invoices", "books"])
def test_the_same_requirements_give_the_same_code(name: str) -> None:
    assert written(name) == written(name)
