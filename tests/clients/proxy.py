"""A line to the server that loses some answers after the server gave them."""

import random
import socket
import threading

CHUNK = 65_536


class LossyLine:
    """Listens on loopback; every request reaches the server, one answer in `one_in` is lost."""

    def __init__(self, port: int, *, one_in: int, seed: int = 1) -> None:
        self._server = port
        self._one_in = one_in
        self._random = random.Random(seed)  # noqa: S311 - not a secret
        self.lost = 0
        self.answered = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where clients send."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client:
            while request := whole_message(client):
                with socket.create_connection(("127.0.0.1", self._server)) as server:
                    server.sendall(request)
                    answer = whole_message(server)
                if self._random.randrange(self._one_in) == 0:
                    self.lost += 1
                    return
                self.answered += 1
                client.sendall(answer)


def whole_message(connection: socket.socket) -> bytes:
    """A request or an answer with its body; b"" when the other side hung up."""
    message = b""
    while b"\r\n\r\n" not in message:
        part = received(connection)
        if not part:
            return b""
        message += part
    head = message.partition(b"\r\n\r\n")[0]
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(message) < len(head) + 4 + length:
        part = received(connection)
        if not part:
            return b""
        message += part
    return message


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(CHUNK)
    except OSError:
        return b""
