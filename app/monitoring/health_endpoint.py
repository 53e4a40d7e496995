"""Whether the process lives and the site can serve: what supervisors and load balancers ask."""

from __future__ import annotations

import logging
from http import HTTPStatus

import orjson
from flask import Blueprint, Flask, Response, current_app

from app import database
from app.auth.route_rules import open_to_all
from app.domain.errors import AsofError
from app.monitoring.shared_call import SingleFlight
from app.services.operations import readiness
from app.services.operations.readiness import Check
from app.store.database.connections import FAILURES

bp = Blueprint("health", __name__)
_WITHIN = 1.5  # seconds; who asks gives up after two
_KEY = "asof.readiness"
_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Let the site be asked how it is."""
    site = database.of(app)
    app.extensions[_KEY] = SingleFlight(lambda: readiness.checks(site.engine()))
    app.register_blueprint(bp)


@bp.get("/healthz")
@open_to_all
def alive() -> Response:
    """Say that the process answers, and nothing of what else is up."""
    return _answer({"alive": True})


@bp.get("/readyz")
@open_to_all
def ready() -> Response:
    """Return whether the site can serve, with each thing that was looked at."""
    checks = _checks(current_app.extensions[_KEY])
    is_ready = all(check.ok for check in checks)
    results = {check.name: {"ok": check.ok, **check.about} for check in checks}
    response = _answer({"ready": is_ready, "checks": results})
    response.status_code = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return response


def _checks(flight: SingleFlight[list[Check]]) -> list[Check]:
    """Look at everything; why the database is away is for the log, not for everybody."""
    try:
        return flight.within(_WITHIN)
    except TimeoutError:
        _log.warning("The database has not answered within %s seconds", _WITHIN)
    except (*FAILURES, AsofError) as error:
        _log.warning("The database does not answer: %s", error)
    return readiness.without_database()


def _answer(document: object) -> Response:
    response = Response(orjson.dumps(document) + b"\n", mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
