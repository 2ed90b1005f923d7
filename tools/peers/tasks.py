"""Herald's work for 10,000 people, done by Celery, Redis and Postgres: `bench/peers.py` measures it.

As a team would write it for this purpose only: a request is cut into tasks of 100 people, which make the
rows; one task sends to one person, so that one failure repeats no other's message; one task applies one
receipt. A row has the status of a message, and a message goes out at most once: `sending` is
committed before the hand-over. The carrier is a function that does nothing. Counts are those of the rows.
"""

import json
import os
import re
import uuid
from typing import Any

import psycopg
from celery import Celery

CHUNK = 100
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
TABLES = """
CREATE TABLE jobs (id text PRIMARY KEY, total int NOT NULL, content text NOT NULL);
CREATE TABLE messages (
  id text PRIMARY KEY, job text NOT NULL, place int NOT NULL, address text NOT NULL, variables jsonb NOT NULL,
  status text NOT NULL, reference text, updated timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_by_job ON messages (job, status);
"""

app = Celery("peers", broker=os.environ["PEERS_BROKER"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=64,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)
_connections: list[psycopg.Connection] = []


def database() -> psycopg.Connection:
    """This process's connection, on which each statement is a transaction."""
    if not _connections:
        _connections.append(psycopg.connect(os.environ["PEERS_DATABASE"], autocommit=True))
    return _connections[0]


def accept(body: str) -> str:
    """Accept a request; return the id of its job."""
    request = json.loads(body)
    people = request["to"]
    if wrong := [each["address"] for each in people if not NUMBER.fullmatch(each["address"])]:
        raise ValueError(f"{len(wrong)} are no numbers")
    job = uuid.uuid4().hex
    text = request["content"]["text"]
    database().execute("INSERT INTO jobs (id, total, content) VALUES (%s, %s, %s)", (job, len(people), text))
    for first in range(0, len(people), CHUNK):
        split.delay(job, text, first, people[first : first + CHUNK])
    return job


@app.task
def split(job: str, text: str, first: int, people: list[dict[str, Any]]) -> None:
    rows = [
        (f"{job}{first + place:05}", job, first + place, person["address"], json.dumps(person["variables"]))
        for place, person in enumerate(people)
    ]
    with database().transaction(), database().cursor() as cursor:
        cursor.executemany(
            "INSERT INTO messages (id, job, place, address, variables, status)"
            " VALUES (%s, %s, %s, %s, %s, 'created') ON CONFLICT DO NOTHING",
            rows,
        )
    for row, person in zip(rows, people, strict=True):
        deliver.delay(row[0], person["address"], text, person["variables"])


@app.task
def deliver(message: str, address: str, text: str, variables: dict[str, str]) -> None:
    rendered = text.format(**variables)
    taken = database().execute(
        "UPDATE messages SET status = 'sending', updated = now() WHERE id = %s AND status = 'created'",
        (message,),
    )
    if not taken.rowcount:
        return
    reference = carrier(address, rendered)
    database().execute(
        "UPDATE messages SET status = 'sent', reference = %s, updated = now()"
        " WHERE id = %s AND status = 'sending'",
        (reference, message),
    )
    receipt.delay(message)


def carrier(address: str, text: str) -> str:
    """The null carrier: its id of the message."""
    return uuid.uuid4().hex


@app.task
def receipt(message: str) -> None:
    database().execute(
        "UPDATE messages SET status = 'delivered', updated = now()"
        " WHERE id = %s AND status IN ('sending', 'sent')",
        (message,),
    )


def counts(job: str) -> dict[str, int]:
    found = database().execute("SELECT status, count(*) FROM messages WHERE job = %s GROUP BY status", (job,))
    return dict(found.fetchall())
