"""What settings change of the site's answers: https, names, limits."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app import create_app, database
from app.config import PROJECT, Settings, SettingsError
from tests.people import PASSWORD, proof, somebody


def _client(settings: Settings, engine: Engine) -> FlaskClient:
    app = create_app(settings)
    database.of(app).use(engine)
    return app.test_client()


def test_over_https_cookies_stay_there_and_browsers_are_told(
    settings: Settings, engine: Engine
) -> None:
    client = _client(
        settings.model_copy(update={"https": True, "hostnames": ("asof.example.com",)}), engine
    )
    site = "https://asof.example.com"
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "spoofed, 192.0.2.33"}
    page = client.get("/sign-in", base_url=site, headers=proxied)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    person = somebody(engine)
    answer = client.post(
        "/sign-in",
        base_url=site,
        headers={**proxied, "Referer": f"{site}/sign-in"},
        data={"csrf_token": token, "email": person.email, "password": PASSWORD},
    )
    assert answer.status_code == 303, answer.text
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("__Host-asof=") for cookie in cookies)
    assert all("Secure" in cookie for cookie in cookies)
    assert client.get("/account/", base_url=site, headers=proxied).status_code == 200


def test_without_https_a_proxys_word_is_not_believed(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers
    elsewhere = anonymous.get("/sign-in", base_url="http://evil.example")
    assert (elsewhere.status_code, "ASOF_HOSTNAMES" in elsewhere.text) == (400, True)


def test_what_is_too_large_is_refused_with_the_limits(settings: Settings, engine: Engine) -> None:
    client = _client(settings.model_copy(update={"upload_mb": 3}), engine)
    form = {"csrf_token": proof(client, "/sign-in"), "email": "x" * (2 * 1024**2 + 1)}
    for data in (form, {"email": "x" * 4 * 1024**2}):
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 413
        assert "A file may have 3 MB, and what is typed into a form 2 MB." in answer.text
        assert "split it into parts" in answer.text


def test_variables_of_other_programs_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "for tests only")
    monkeypatch.delenv("ASOF_HOME", raising=False)
    before = Settings.from_environ()
    for field in Settings.model_fields:
        for name in (field, field.upper()):
            if name not in {"SECRET_KEY", "DATABASE_URL"}:
                monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("asof_home", "/elsewhere")
    assert Settings.from_environ() == before
    assert before.home == PROJECT / "var"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ASOF_HTTPS", "yes", "set it to 1 or 0"),
        ("ASOF_SESSION_HOURS", "0", "a whole number from 1"),
        ("ASOF_UPLOAD_MB", "big", "a whole number from 1"),
        ("ASOF_LOG", "xml", "set it to text or json"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", "for tests only")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} is .*{told}"):
        Settings.from_environ()
