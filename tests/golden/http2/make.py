"""HTTP/2 with prior knowledge: fields, bodies, frames, and what is malformed."""
import gzip
import struct

import http2 as h
from packets import Session, timed

RECORDS = ('http', 'anomaly')


def frames():
	out = []

	def session(sport, *messages, port=80):
		nonlocal out
		s = Session(port, sport=sport).open()
		for side, data in messages:
			s.say(side, data)
		out += s.close()

	hello = ((0, h.PREFACE + h.settings((3, 100), (2, 0))), (1, h.settings((4, 65536)) + h.settings(flags=1)), (0, h.settings(flags=1)))
	session(40000, *hello,
		(0, h.request(1, '/a?x=1', h.field('cookie', 'c=1'), h.field('user-agent', 'one'), host='www.Example.com:80')),
		(1, h.answer(1, b'body of one', h.field('server', 's'), h.field('content-length', '11'))),
		(0, h.request(3, '/post', h.field('content-type', 'text/plain'), method=h.POST, end=False)),
		(0, h.frame(h.DATA, h.END_STREAM, 3, b'sent to three')),
		(1, h.answer(3, b'', status=h.NOT_FOUND)),
		(0, h.frame(h.GOAWAY, 0, 0, struct.pack('>II', 0, 0))))
	block = h.GET + h.SCHEME + h.path('/long/way') + h.authority('h')
	session(40001, *hello,
		(0, h.frame(h.HEADERS, h.END_STREAM, 1, block[:4]) + h.frame(h.CONTINUATION, 0, 1, block[4:8]) + h.frame(h.CONTINUATION, h.END_HEADERS, 1, block[8:])),
		(1, h.answer(1, gzip.compress(b'packed words', mtime=0), h.field('content-encoding', 'gzip'))),
		(0, h.frame(h.WINDOW_UPDATE, 0, 0, struct.pack('>I', 4711))),
		(0, h.request(3, '/gone')), (0, h.frame(h.RST_STREAM, 0, 3, struct.pack('>I', 8))),
		(0, h.request(5, '/still')), (1, h.answer(5, b'here')))
	session(40002, *hello, (0, h.request(1, '/u', h.field('host', 'evil'), host='me:pw@good')), (1, h.answer(1, b'x')))
	return timed(out)
