"""HTTP taken up in the middle, inline: at a request, whole and in two, and at an ACK; and from the handshake on."""
from packets import ACK, PSH, Session, timed

SETTINGS = ["simulate-ips=yes", "stream.midstream=true"]
ASKED = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
PAGE = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'


def frames():
	out = []
	for i, first in enumerate(([(0, ASKED)], [(0, ASKED[:10]), (0, ASKED[10:])], [(0, b''), (0, ASKED)], None)):
		session = Session(80, sport=40000 + i)
		if first is None:
			session.open()
		for side, data in (first or [(0, ASKED)]) + [(1, PAGE), (0, ASKED), (1, PAGE)]:
			session.send(side, PSH | ACK if data else ACK, data)
		out += session.close()
	return timed(out)
