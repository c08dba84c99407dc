"""Bar a Python process from every machine but its own.

Python imports this at its start where the folder is on PYTHONPATH, as `conftest.py` sets it: in
each process that a test begins, the kernels and servers of Jupyter among them.
"""

import ipaddress
import sys
from typing import Any

# what Python says of itself before it does it, and which argument is the address
ADDRESS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}


def is_here(host: Any) -> bool:
    """Whether an address, or the name of a host, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in (None, "", "localhost")


def bar(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to reach another machine."""
    if event not in ADDRESS:
        return
    address = arguments[ADDRESS[event]]
    host = address[0] if isinstance(address, tuple) else address
    is_socket_file = event == "socket.connect" and not isinstance(address, tuple)
    if not (is_socket_file or is_here(host)):
        raise ConnectionError(f"{host} is another machine; the course needs none.")


sys.addaudithook(bar)
# jsonschema does without it. Its 38 grammars take seconds to build in each process that reads or
# serves a notebook, and check nothing but addresses in schemas.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
