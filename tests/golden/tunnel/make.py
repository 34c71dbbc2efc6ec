"""HTTP behind a CONNECT, its response complete or not when the tunnel opens."""
from packets import Session, timed

CONNECT = b'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'
OPEN = b'HTTP/1.1 200 OK\r\n\r\n'
PAGE = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'


def frames():
	out = []
	for i, cut in enumerate((1400, 10)):
		session = Session(80, sport=40000 + i, cut=cut).open()
		session.say(0, CONNECT).say(1, OPEN)
		for n in range(2):
			session.say(0, b'GET /%d HTTP/1.1\r\nHost: b\r\n\r\n' % n).say(1, PAGE)
		out += session.close()
	return timed(out)
