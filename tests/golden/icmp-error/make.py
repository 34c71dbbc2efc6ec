"""Errors of ICMP about a session of HTTP, behind each of its packets: which records are written with one, and as whose."""
import struct

import packets

RECORDS = ['http', 'fileinfo']
KEYS = ['proto', 'icmp_type']
BODY = b'hello'
STEPS = [(0, b'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(BODY) + BODY),
	(0, b'POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n' % len(BODY) + BODY), (1, b'HTTP/1.1 204 None\r\n\r\n')]


def error(frame):
	"""What a router answers to the frame: it is too large."""
	ip = frame[14:]
	src, dst = ip[12:16], ip[16:20]
	return packets.ether(packets.ip(dst, src, packets.ICMP, packets.icmp(3, 4, struct.pack('>HH', 0, 1400) + ip[:40])))


def frames():
	out = []
	for at in range(3, 14):
		session = packets.talk(80, STEPS, sport=42000 + at)
		for i, frame in enumerate(session):
			out.append(frame)
			if i == at:
				out.append(error(frame))
	return packets.timed(out)
