"""How far pass and drop reach: sessions and datagrams, each with a rule of its own by the server's port, inline."""

FRAMES_OF = 'scope'
SETTINGS = ["simulate-ips=yes"]
