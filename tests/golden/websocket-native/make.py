"""WebSocket behind an upgrade, plain and compressed; a second connection on which what was switched to is not known."""
import zlib

import http2 as h
from packets import Session, timed

SETTINGS = ['compat=native']
RECORDS = ('http', 'websocket', 'anomaly')
REQUEST = b'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n'
AGREED = h.SWITCHED[:-2] + b'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n'


def frames():
	deflate = zlib.compressobj(9, zlib.DEFLATED, -15)

	def packed(data):
		return (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]

	s = Session(80, sport=40000, cut=20).open()
	for side, data in ((0, REQUEST % b'websocket'), (1, AGREED % b'websocket' + h.message(1, b'welcome')),
			(0, h.message(1, b'attack at ', fin=False, mask=0x11223344)), (0, h.message(9, b'ping', mask=1)), (0, h.message(0, b'dawn', mask=7)),
			(1, h.message(10, b'ping')), (0, h.message(1, packed(b'dusk and dusk and dusk'), mask=5, rsv=0x40)),
			(0, h.message(1, packed(b'dusk and dusk and dusk'), mask=5, rsv=0x40)), (0, h.message(2, b'unmasked')),
			(1, h.message(2, bytes(300))), (0, h.message(8, b'\3\xe8', mask=9))):
		s.say(side, data)
	out = s.close()
	s = Session(80, sport=40001).open()
	for side, data in ((0, REQUEST % b'chess'), (1, h.SWITCHED % b'chess' + h.message(1, b'attack at dawn')), (0, h.message(1, b'dusk'))):
		s.say(side, data)
	return timed(out + s.close())
