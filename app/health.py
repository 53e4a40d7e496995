"""Whether the application can serve: what supervisors and load balancers ask."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from app import database
from app.guard import open_to_all

bp = Blueprint("health", __name__)


@bp.get("/readyz")
@open_to_all
def ready() -> Response:
    """Say that the application answers and reaches its database; an error says that it does not."""
    with database.engine().connect() as connection:
        connection.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")
