"""Codings of bodies: gzip, deflate, brotli, zstd, one in the other, under wrong names."""
import base64
import gzip
import zlib

import packets

TEXT = b'a page with the word Needle in it, and more of it. ' * 4
BROTLI = base64.b64decode('G8sAAAT+z5bqC0mKQrf5FOZ24JADhyN93pZhYhw45OACx7CtNnjRuaE/ELiUI+701XBU731xxSdDAw==')
ZSTD = base64.b64decode('KLUv/QRY5QEANANhIHBhZ2Ugd2l0aCB0aGUgd29yZCBOZWVkbGUgaW4gaXQsIGFuZCBtb3JlIG9mIGl0LiABAGOxlIIC2H9mog==')


def answer(coding, body):
	return b'HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s' % (coding, len(body), body)


def frames():
	packed = gzip.compress(TEXT, mtime=0)
	bodies = [(b'gzip', packed), (b'deflate', zlib.compress(TEXT)), (b'br', BROTLI), (b'BR', BROTLI), (b'zstd', ZSTD),
		(b'br, gzip', gzip.compress(BROTLI, mtime=0)), (b'br', packed), (b'zstd', TEXT), (b'gzip', TEXT), (b'br', BROTLI[:20])]
	out = []
	for i, (coding, body) in enumerate(bodies):
		ask = b'GET /%d HTTP/1.1\r\nHost: a.test\r\n\r\n' % i
		out += packets.talk(80, [(0, ask), (1, answer(coding, body))], sport=43000 + i)
	return packets.timed(out)
