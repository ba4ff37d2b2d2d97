"""A hundred connections to an echo server, of which ten speak, a hundred times."""

import socket
import sys
import time

ADDRESS = ("127.0.0.1", int(sys.argv[1]))
CONNECTIONS, SPEAKING, ROUNDS = 100, 10, 100
WORDS = b"hello"


def connection():
    """Connects, as soon as the server listens."""
    for _ in range(300):
        try:
            return socket.create_connection(ADDRESS, timeout=10)
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("nobody listens")


connections = [connection() for _ in range(CONNECTIONS)]
for _ in range(ROUNDS):
    for each in connections[:SPEAKING]:
        each.sendall(WORDS)
    for each in connections[:SPEAKING]:
        echo = b""
        while len(echo) < len(WORDS):
            more = each.recv(len(WORDS) - len(echo))
            if not more:
                sys.exit("the server has closed a connection")
            echo += more
        if echo != WORDS:
            sys.exit(f"the echo of {WORDS} is {echo}")
