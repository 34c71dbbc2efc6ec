"""Where the frames of pipelined requests begin and end."""
import packets
import traffic

RECORDS = ['frame']
SETTINGS = ['outputs.eve-log.types.frame.enabled=yes']
OK = traffic.OK


def get(i):
	return b'GET /%d HTTP/1.1\r\nHost: a\r\n\r\n' % i


def post(i, n):
	return b'POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n' % (i, n) + b'b' * n


TALKS = [
	[(0, get(1) + get(2) + get(3)), (1, OK * 3)],
	[(0, get(1) + post(2, 10) + get(3)), (1, OK), (1, OK), (1, OK), (0, get(4)), (1, OK)],
	[(0, post(1, 5) + post(2, 6)), (1, OK * 2), (0, get(3)), (1, OK)],
	# Cut within a first line, and within a body.
	[(0, get(1) + get(2)[:10]), (0, get(2)[10:]), (1, OK + OK[:20]), (1, OK[20:])],
	[(0, get(1) + post(2, 10)[:-5]), (0, post(2, 10)[-5:] + get(3)), (1, OK * 3)],
	[(0, get(1) + get(2) + get(3)[:15]), (0, get(3)[15:]), (0, get(4) + get(5)), (1, OK * 3), (1, OK * 2)],
	# One by one, and with blank lines in between.
	[(0, get(1)), (0, get(2)), (1, OK), (1, OK)],
	[(0, get(1) + b'\r\n' + get(2)), (1, OK + b'\r\n' + OK)],
	[(0, get(1)), (1, OK * 2)],
	[(0, b''.join(map(get, range(4)))), (1, b'HTTP/1.1 100 Continue\r\n\r\n' + OK + b'HTTP/1.1 304 N\r\n\r\n' + OK * 2)],
]


def frames():
	out = []
	for i, steps in enumerate(TALKS):
		out += packets.talk(80, steps, sport=44000 + i)
	return packets.timed(out)
