"""In which direction a transaction is due: requests that are malformed, answers before, between and behind them, and none.

A word an order: c the client says something, s the server does; every segment is acknowledged at once."""
import struct

import packets
from packets import ACK, PSH


def hello():
	"""A client hello with two server names."""
	name = struct.pack('>HBH', 9, 0, 6) + b'a.test'
	names = struct.pack('>HH', 0, len(name)) + name
	body = b'\3\3' + b'r' * 32 + b'\0' + b'\0\2\x13\1' + b'\1\0' + struct.pack('>H', 2 * len(names)) + 2 * names
	return b'\x16\3\1' + struct.pack('>HBBH', 4 + len(body), 1, 0, len(body)) + body


SPEAKERS = [
	(80, [b'GET /a HTTP/1.1\r\n\r\n', b'GET /b HTTP/1.1\r\n\r\n'], b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
	(22, [b'SSH-2.0-' + b'x' * 300 + b'\r\n', b'SSH'], b'SSH-2.0-server\r\n'),
	(443, [hello(), b'\x14\3\3\0\1\1'], b'\x15\3\3\0\2\2\x28'),
	(25, [b'EHLO a\r\n', b'EHLO a\r\n', b'NOOP\r\n'], b'250 hi ESMTP\r\n'),
]
ORDERS = ['cc', 'ccs', 'cs', 'ccss', 'csc', 'cscs', 'cscc', 'csccs', 'cscss', 'sc', 'scc', 'sccs', 'scsc', 'scscs', 'sccss']


def talk(port, sport, order, says, answer):
	session = packets.Session(port, sport=sport).open()
	said = 0
	for who in order:
		if who == 'c':
			session.send(0, PSH | ACK, says[said % len(says)])
			session.send(1, ACK)
			said += 1
		else:
			session.send(1, PSH | ACK, answer)
			session.send(0, ACK)
	for side in (0, 1, 0, 1):
		session.send(side, ACK)
	return session.frames


def frames():
	out = []
	for i, (port, says, answer) in enumerate(SPEAKERS):
		for k, order in enumerate(ORDERS):
			out += talk(port, 20000 + 100 * i + k, order, says, answer)
	return packets.timed(out)
