# Sockets: nothing leaves the worker but what llm_query asks.

# %% No connection to the machine itself
#> fails with .+
import socket
socket.create_connection(("127.0.0.1", port), timeout=2).send(b"x")

# %% No raw system socket
#> fails with .+
import _socket
s = _socket.socket()
s.connect(("127.0.0.1", port))

# %% No web page
#> fails with .+
import urllib.request
print(urllib.request.urlopen(f"http://127.0.0.1:{port}/").read())

# %% No HTTP connection
#> fails with .+
import http.client
http.client.HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/")

# %% No listener
#> fails with .+
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print("listens")

# %% No datagram
#> fails with .+
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))

# %% No name is looked up
#> fails with .+
import socket
print(socket.getaddrinfo("example.org", 80))

# %% No Unix socket
#> fails with .+
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("/var/run/docker.sock")

# %% No metadata of a cloud
#> fails with .+
import urllib.request
print(urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=2).read())

# %% asyncio opens no connection
#> fails with .+
import asyncio
async def connect():
    await asyncio.open_connection("127.0.0.1", port)
asyncio.run(connect())

# %% No mail, no FTP, no remote procedure call
#> ends well
#> prints 3 refused
import ftplib, smtplib, xmlrpc.client
refused = 0
for attempt in (
    lambda: smtplib.SMTP("127.0.0.1", port, timeout=2),
    lambda: ftplib.FTP("127.0.0.1", timeout=2),
    lambda: xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/").hello(),
):
    try:
        attempt()
    except Exception:
        refused += 1
print(refused, "refused")

# %% The name of the machine is not told
#> ends well
import os, platform, socket
for attempt in (lambda: socket.gethostname(), lambda: platform.node(), lambda: os.uname()):
    try:
        print(attempt())
    except Exception as error:
        print("refused")
