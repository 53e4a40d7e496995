"""What goes wrong in a browser while a test runs, on any page of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

# Also where a page would not tell on the console, and for what is only reported.
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(
    `Content security policy: ${event.effectiveDirective} blocked ${event.blockedURI}`));
"""
# A page gives up a request of its own when one leaves it, downloads, or asks again before it
# has answered; a server that is gone is told by another name.
_GIVEN_UP = "net::ERR_ABORTED"


@dataclass
class Troubles:
    """What went wrong, in the order in which it did, and all that the consoles said."""

    seen: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Note what every page of a context complains of, those included that it opens itself."""
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self._note(f"page error: {error.error}"))
        context.on("response", self._note_response)
        context.on("requestfailed", self._note_failure)

    def expect(self, text: str) -> None:
        """Take out what a test brought about on purpose; it must be there."""
        expected = [each for each in self.seen if text in each]
        assert expected, f"nothing with {text!r} in {self.seen}"
        self.seen = [each for each in self.seen if each not in expected]

    def check(self) -> None:
        """Fail for what nobody expected, once."""
        seen, self.seen = self.seen, []
        assert not seen, "trouble in the browser:\n" + "\n".join(seen)

    def _note(self, trouble: str) -> None:
        self.seen.append(trouble)
        self.console.append(trouble)

    def _note_console(self, message: ConsoleMessage) -> None:
        page = message.page.url if message.page else "a page that is gone"
        self.console.append(f"{message.type}: {message.text} ({page})")
        if message.type in {"error", "warning"}:
            self.seen.append(f"console {message.type}: {message.text}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"{response.status} {response.url}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != _GIVEN_UP:
            self._note(f"Failed to load {request.url}: {request.failure}")
