"""The ways to a recipient: a webhook, mail, a command. A way that can't be gone says why, without the address: it may be a secret."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import urlsplit

# Less than the second after which TCP tries again: a connection that is made only then was cut off a moment ago.
CONNECT = 0.9


class Undelivered(Exception):
    """Nobody took it. `answered`: somebody was there and refused."""

    def __init__(self, why: str, answered: bool = False):
        super().__init__(why)
        self.answered = answered


@dataclass(frozen=True)
class News:
    id: str  # the same for each try
    at: int  # ms since 1970
    object: str
    type: str
    state: str
    sender: str
    output: str

    def json(self) -> bytes:
        body = {"at": self.at, "object": self.object, "type": self.type, "state": self.state}
        return json.dumps({**body, "from": self.sender, "output": self.output}).encode()


class Webhook:
    def __init__(self, settings: dict, timeout: float):
        self.url = urlsplit(settings["url"])
        self.port = self.url.port or (443 if self.url.scheme == "https" else 80)
        self.timeout = timeout
        self.tls = trusting(settings.get("ca"))

    def probe(self) -> None:
        connect(self.url.hostname or "", self.port)

    def greet(self) -> None:
        """A connection as a delivery makes it, with its certificate, and no request: nothing that somebody would be told by."""
        self.probe()
        if self.url.scheme == "https":
            host = self.url.hostname or ""
            with reachable("the address"), socket.create_connection((host, self.port), min(self.timeout, 5)) as raw:
                self.tls.wrap_socket(raw, server_hostname=host).close()

    def deliver(self, news: News) -> None:
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        context = {"context": self.tls} if self.url.scheme == "https" else {}
        connection = kind(self.url.hostname or "", self.port, timeout=self.timeout, **context)
        path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        headers = {"Content-Type": "application/json", "Idempotency-Key": news.id}
        if self.url.username:
            headers["Authorization"] = authorization(self.url)
        with reachable("the address"), limited(self.timeout, lambda: connection.sock):
            try:
                connection.request("POST", path, news.json(), headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        if not 200 <= status < 300:
            raise Undelivered(f"the address answers {status}, expected 200 to 299", answered=True)


class Mail:
    def __init__(self, settings: dict, timeout: float):
        self.mail = settings["mail"]
        self.port = self.mail.get("port") or (465 if self.mail["security"] == "tls" else 25)
        self.timeout = timeout
        self.tls = trusting(settings.get("ca"))

    def probe(self) -> None:
        connect(self.mail["server"], self.port)

    def greet(self) -> None:
        self.probe()

    def deliver(self, news: News) -> None:
        server: smtplib.SMTP | None = None
        with reachable("the mail server"), limited(self.timeout, lambda: server and server.sock):
            try:
                if self.mail["security"] == "tls":
                    server = smtplib.SMTP_SSL(timeout=self.timeout, context=self.tls)
                else:
                    server = smtplib.SMTP(timeout=self.timeout)
                # For the certificate's name, which `connect` does not take from its argument.
                server._host = self.mail["server"]
                greeting, _ = server.connect(self.mail["server"], self.port)
                if greeting != 220:
                    raise Undelivered(f"the mail server greets with {greeting}", answered=True)
                if self.mail["security"] == "starttls":
                    server.starttls(context=self.tls)
                if self.mail.get("user"):
                    server.login(self.mail["user"], self.mail["password"])
                refused = server.send_message(self.message(news))
                if refused:
                    raise Undelivered(f"the mail server refuses {len(refused)} of the recipients", answered=True)
            except smtplib.SMTPServerDisconnected as error:
                raise Undelivered("the mail server ended the connection") from error
            except smtplib.SMTPException as error:
                code = f" with {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
                raise Undelivered(f"the mail server refuses{code}: {type(error).__name__}", answered=True) from error
            finally:
                if server:
                    server.close()

    def message(self, news: News) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = f"{news.type}: {news.object} is {news.state}"
        message["From"] = self.mail["from"]
        message["To"] = ", ".join(self.mail["to"])
        message["Date"] = formatdate(news.at / 1000)
        # The same for each try: a mail server that took it already may drop the second one.
        message["Message-ID"] = f"<{news.id}@{news.sender}.trivet>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{news.object} is {news.state}.\n\n{news.output}\n\nFrom {news.sender}.\n")
        return message


class Command:
    """Gets the JSON on its standard input; it took the news when it ends with 0."""

    def __init__(self, settings: dict, timeout: float):
        self.command = settings["command"]
        self.timeout = timeout

    def probe(self) -> None:
        """A command has no address to ask. This master is not cut off when most of its name servers are there."""
        servers = name_servers()
        there = 0
        for server in servers:
            try:
                connect(server, 53)
                there += 1
            except Undelivered:
                pass
        if servers and there * 2 <= len(servers):
            raise Undelivered(f"{there} of {len(servers)} name servers are there: this master is cut off")

    def greet(self) -> None:
        if not shutil.which(self.command[0]):
            raise Undelivered("there is no such program here", answered=True)

    def deliver(self, news: News) -> None:
        try:
            process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise Undelivered(f"the command can't be run: {error.strerror}", answered=True) from error
        try:
            _, said = process.communicate(news.json(), timeout=self.timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise Undelivered(f"the command took longer than {self.timeout:g} s", answered=True) from error
        if process.returncode != 0:
            last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise Undelivered(f"the command ends with {process.returncode}{''.join(f': {line[:200]}' for line in last)}", answered=True)


def channel(settings: dict) -> Webhook | Mail | Command:
    kind = Webhook if "url" in settings else Mail if "mail" in settings else Command
    return kind(settings, settings["timeout"])


def trusting(ca: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca:
        context.load_verify_locations(cadata=ca)
    return context


def connect(host: str, port: int) -> None:
    with reachable("the address"):
        # All addresses of the name together, each for itself.
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            with socket.socket(family, kind, protocol) as attempt:
                attempt.settimeout(CONNECT)
                try:
                    attempt.connect(address)
                    return
                except OSError:
                    if index + 1 == len(addresses):
                        raise


@contextmanager
def reachable(what: str) -> Iterator[None]:
    try:
        yield
    except socket.gaierror as error:
        raise Undelivered(f"the name of {what} has no address: {error.strerror}") from error
    except ssl.SSLCertVerificationError as error:
        raise Undelivered(f"the certificate of {what} is not trusted: {error.verify_message}", answered=True) from error
    except TimeoutError as error:
        raise Undelivered(f"{what} does not answer in time") from error
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(f"{what} can't be reached: {getattr(error, 'strerror', None) or type(error).__name__}") from error


@contextmanager
def limited(seconds: float, sock: Callable[[], socket.socket | None]) -> Iterator[None]:
    """A limit for all of it, beside the one for each step: who sends a byte now and then can't hold it for ever."""
    late = threading.Event()

    def end() -> None:
        late.set()
        connection = sock()
        if connection:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def authorization(url) -> str:
    from base64 import b64encode
    from urllib.parse import unquote

    return "Basic " + b64encode(f"{unquote(url.username)}:{unquote(url.password or '')}".encode()).decode()


def name_servers(path: str = "/etc/resolv.conf") -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return re.findall(r"^nameserver\s+(\S+)", file.read(), re.MULTILINE)
    except OSError:
        return []
