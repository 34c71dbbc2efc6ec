"""HTTP/2 where Suricata reads otherwise: padding in front of fields, fields before a body, resets, what is not answered so there."""
import struct

import http2 as h
from packets import Session, timed

SETTINGS = ['compat=native']
RECORDS = ('http', 'anomaly')


def frames():
	s = Session(80).open()
	block = h.GET + h.SCHEME + h.path('/long/way') + h.authority('h')
	for side, data in (
			(0, h.PREFACE + h.settings((3, 100))), (1, h.settings((4, 65536))),
			(0, h.frame(h.HEADERS, h.END_STREAM | h.PADDED | h.PRIO, 1, b'\3' + struct.pack('>IB', 0, 9) + block[:4] + b'\0' * 3) +
				h.frame(h.CONTINUATION, h.END_HEADERS, 1, block[4:])),
			(1, h.frame(h.HEADERS, h.END_HEADERS, 1, h.OK + h.field('server', 's'))),
			(1, h.frame(h.DATA, h.END_STREAM | h.PADDED, 1, b'\1words\0')),
			(0, h.frame(h.WINDOW_UPDATE, 0, 1, struct.pack('>I', 4711))),
			(0, h.request(3, '/gone', h.field('cookie', 'c=1'))), (0, h.frame(h.RST_STREAM, 0, 3, struct.pack('>I', 8))),
			(0, h.request(5, '/smuggled', h.field('transfer-encoding', 'chunked'))),
			(1, h.frame(h.PUSH_PROMISE, h.END_HEADERS, 5, struct.pack('>I', 2) + h.GET + h.path('/style')) + h.answer(2, b'style')),
			(1, h.answer(5, b'', h.field('x', 'a\r\nb'))), (0, h.request(7, '/none', b'\xfe'))):
		s.say(side, data)
	return timed(s.close())
