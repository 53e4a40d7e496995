"""The site with one more page, to compare others with: sixty rows of one SELECT, and no more."""

from __future__ import annotations

from flask import Flask, render_template

from app import database
from app.auth.route_rules import open_to_all
from app.runtime import web_server
from app.store.database.connections import reading

_ROWS = """
    SELECT sequence, event_type, effective_on, recorded_at, recorded_by, source FROM event
    WHERE fund_id = (SELECT id FROM fund ORDER BY id LIMIT 1) ORDER BY sequence LIMIT 60
"""
_PAGE = """<!doctype html><html lang="en"><title>Rows</title><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></html>"""


def worker() -> Flask:
    """Make the application in a worker process."""
    app = web_server.worker()
    template = app.jinja_env.from_string(_PAGE)  # compiled once, as templates in files are

    @open_to_all
    def bare() -> str:
        with reading(database.engine()) as driver:
            rows = driver.execute(_ROWS).fetchall()
        return render_template(template, rows=rows)

    app.add_url_rule("/bare", view_func=bare)
    return app
