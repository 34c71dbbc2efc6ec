"""HTTP/2: codings of bodies by right and wrong names, whole and broken; names of files; ranges over streams and connections."""
import base64
import gzip
import zlib

import http2 as h
from packets import Session, timed

FILES = True
TEXT = b'a page with the word Needle in it, and more of it. ' * 4
BROTLI = base64.b64decode('G8sAAAT+z5bqC0mKQrf5FOZ24JADhyN93pZhYhw45OACx7CtNnjRuaE/ELiUI+701XBU731xxSdDAw==')
ZSTD = base64.b64decode('KLUv/QRY5QEANANhIHBhZ2Ugd2l0aCB0aGUgd29yZCBOZWVkbGUgaW4gaXQsIGFuZCBtb3JlIG9mIGl0LiABAGOxlIIC2H9mog==')
PACKED = gzip.compress(TEXT, mtime=0)
FRAMED, BARE = zlib.compress(TEXT), zlib.compress(TEXT)[2:-4]
CODINGS = [('gzip', PACKED), ('x-gzip', PACKED), ('GZIP', PACKED), ('deflate', FRAMED), ('deflate', BARE), ('gzip', FRAMED), ('gzip', BARE),
	('deflate', PACKED), ('br', BROTLI), ('BR', BROTLI), ('zstd', ZSTD), ('br, gzip', gzip.compress(BROTLI, mtime=0)), ('br', PACKED), ('gzip', TEXT),
	('deflate', TEXT), ('br', BROTLI[:20]), ('gzip', PACKED[:50]), ('gzip', PACKED + b'Needle tail'), ('br', BROTLI + b'Needle tail'),
	('gzip', PACKED + PACKED), ('identity', TEXT), ('gzip', PACKED[:40] + b'\xff' * 30)]
HELLO = ((0, h.PREFACE + h.settings((3, 100), (2, 0))), (1, h.settings((4, 65536)) + h.settings(flags=1)), (0, h.settings(flags=1)))


def part(stream, first, last, size, body):
	return h.answer(stream, body, h.field('content-range', 'bytes %d-%d/%d' % (first, last, size)), status=b'\x08\x03206')


def frames():
	out = []

	def talk(sport, *messages):
		nonlocal out
		s = Session(80, sport=sport).open()
		for side, data in HELLO + messages:
			s.say(side, data)
		out += s.close()

	for i, (coding, body) in enumerate(CODINGS):
		talk(40000 + i, (0, h.request(1, '/%d' % i)), (1, h.answer(1, body, h.field('content-encoding', coding))))
	head = h.frame(h.HEADERS, h.END_HEADERS, 1, h.OK + h.field('content-encoding', 'gzip'))
	talk(41000, (0, h.request(1, '/pieces')), (1, head + h.frame(h.DATA, 0, 1, PACKED[:20])), (1, h.frame(h.DATA, h.END_STREAM, 1, PACKED[20:])),
		(0, h.request(3, '/named.bin?a=1')), (1, h.answer(3, b'hello', h.field('content-disposition', 'attachment; filename="evil.exe"'))))
	talk(41001, (0, h.request(1, '/r')), (1, part(1, 0, 4, 10, b'01234')), (0, h.request(3, '/r')), (1, part(3, 5, 9, 10, b'Needl')))
	talk(41002, (0, h.request(1, '/s')), (1, part(1, 5, 9, 10, b'Needl')))
	talk(41003, (0, h.request(1, '/s')), (1, part(1, 0, 4, 10, b'01234')))
	return timed(out)
