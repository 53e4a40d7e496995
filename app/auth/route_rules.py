"""Who may reach what: each route says whom it is for, and one guard stands before them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, current_app, request
from flask_login import current_user

from app.auth import login, metrics_access
from app.domain.accounts.roles import Role
from app.domain.accounts.token_scopes import Scope, TokenLimits, scope_for
from app.domain.errors import ForbiddenError, TokenScopeError, UnconfirmedError, UnknownFundError
from app.services.accounts import audit
from app.services.recording.batches import Author
from app.store.accounts.people import Person, Visitor
from app.store.funds import Fund
from app.store.log.rows import Head

_RULE = "asof_rule"
_View = TypeVar("_View", bound=Callable[..., Any])


class UnguardedRouteError(Exception):
    """A route that does not say whom it is for: put a rule of this module under its address."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a route is for."""

    everybody: bool = False
    role: Role | None = None  # in the fund of the address; administrators may all
    admin: bool = False
    watcher: bool = False  # programs that watch the site; they are nobody
    confirmed: bool = False  # the password was given a short while ago, in this very browser


def needs(role: Role | str) -> Callable[[_View], _View]:
    """Let in whom has this role, or a greater one, in the fund of the address."""
    return lambda view: _ruled(view, Rule(role=Role(role)))


def needs_sign_in(view: _View) -> _View:
    """Let in whoever is signed in."""
    return _ruled(view, Rule())


def needs_confirmation(view: _View) -> _View:
    """Let in only who gave their password a short while ago: what a stolen cookie must not reach.

    It stands above the rule that says whom the route is for.
    """
    rule = getattr(view, _RULE)
    assert isinstance(rule, Rule)
    return _ruled(view, replace(rule, confirmed=True))


def needs_admin(view: _View) -> _View:
    """Let in administrators."""
    return _ruled(view, Rule(admin=True))


def needs_watcher(view: _View) -> _View:
    """Let in programs that watch the site."""
    return _ruled(view, Rule(watcher=True))


def open_to_all(view: _View) -> _View:
    """Let in everybody."""
    return _ruled(view, Rule(everybody=True))


def register(app: Flask) -> None:
    """Stand before every route, and before everything else that does."""
    login.register(app)
    app.before_request(_guard)
    app.teardown_request(_forget_who_is_at_work)
    open_to_all(app.view_functions["static"])


def check(app: Flask) -> None:
    """See that every route has a rule that it can keep. Raises UnguardedRouteError."""
    for route in app.url_map.iter_rules():
        rule = rule_of(app, route.endpoint)
        if rule is None:
            raise UnguardedRouteError(
                f"{route.rule} ({route.endpoint}) does not say whom it is for"
            )
        if rule.role and "fund_id" not in route.arguments:
            raise UnguardedRouteError(f"{route.rule} asks for a role and names no fund")
        if "fund_id" in route.arguments and not rule.role:
            raise UnguardedRouteError(f"{route.rule} names a fund and asks for no role in it")


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Return the rule of a route."""
    rule = getattr(app.view_functions.get(endpoint), _RULE, None)
    assert rule is None or isinstance(rule, Rule)
    return rule


def visitor() -> Visitor | None:
    """Return who is signed in, with their role in the fund of the address."""
    return current_user.visitor if current_user.is_authenticated else None


def reader() -> Person:
    """Return the person who is signed in, where the rule lets nobody else in."""
    found = visitor()
    assert found is not None
    return found.person


def fund() -> Fund:
    """Return the fund of the address. Raises UnknownFundError."""
    found = visitor()
    assert found is not None
    if found.fund is None:
        raise UnknownFundError(f"no fund has the id {(request.view_args or {})['fund_id']}")
    return found.fund


def head() -> Head | None:
    """Return the head of that fund's log, as it was when the request was let in."""
    found = visitor()
    return found.head if found else None


def may(role: Role | str) -> bool:
    """Return whether who is signed in may do what a role may, in the fund of the address."""
    found = visitor()
    return found is not None and found.may(Role(role))


def funds_within_reach() -> frozenset[UUID] | None:
    """Return the funds that the token at work is for; None for all of its person's."""
    found = visitor()
    return found.limits.fund_ids if found and found.limits else None


def author(source: str) -> Author:
    """Return who is signed in as the author of what they record in the fund of the address."""
    return Author(str(reader().id), source, may_adjust=may(Role.GP))


def _ruled(view: _View, rule: Rule) -> _View:
    setattr(view, _RULE, rule)
    return view


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # there is nothing here, for anybody
    rule = rule_of(current_app, request.endpoint)
    assert rule is not None, f"{request.endpoint} has no rule: guard.check was not called"
    audit.begin(request.remote_addr, request.user_agent.string)
    if rule.everybody:
        return None
    if rule.watcher:
        return metrics_access.refusal()
    found = visitor()
    if found is None:
        raise login.nobody()
    audit.acting(found.person)
    if rule.admin and not found.person.is_admin:
        raise ForbiddenError("This is for administrators: ask one of them.")
    if rule.role:
        _check_role(found, rule.role)
    if found.limits:
        _check_token(found.limits, rule)
    login.touch()
    if rule.confirmed and not login.is_confirmed():
        raise UnconfirmedError("give your password once more to do this")
    return None


def _forget_who_is_at_work(_: BaseException | None) -> None:
    audit.end()


def _check_role(found: Visitor, needed: Role) -> None:
    """Keep strangers out as if there were no such fund, and others within their role."""
    if not found.has(Role.VIEWER):
        fund_id: UUID = (request.view_args or {})["fund_id"]
        raise UnknownFundError(f"no fund has the id {fund_id}")
    if not found.has(needed):
        held = found.role.label if found.role else "nobody"
        raise ForbiddenError(
            f"This needs the role {needed.label} in this fund, and yours is {held}: "
            "ask a GP of the fund, who can do it or change your role."
        )


def _check_token(limits: TokenLimits, rule: Rule) -> None:
    """Keep a program within what its token is for, and say what would do."""
    fund_id = (request.view_args or {}).get("fund_id")
    if fund_id and not limits.reach(fund_id):
        reason = "do not include this one: make a token for it on your account page"
        raise TokenScopeError("funds", reason)
    makes = request.method not in {"GET", "HEAD"} and not rule.role
    needed = scope_for(rule.role) if rule.role else Scope.ALL if makes or rule.admin else Scope.READ
    check_scope(limits, needed)
    if (makes or rule.admin) and limits.fund_ids is not None:
        reason = "are only some: make a token for all of them on your account page"
        raise TokenScopeError("funds", reason)


def check_scope(limits: TokenLimits, needed: Scope) -> None:
    """See that a token's scope is enough. Raises TokenScopeError."""
    if not limits.scope.covers(needed):
        reason = f"is not enough: this needs the scope {needed}, made on your account page"
        raise TokenScopeError(f"scope {limits.scope}", reason)
