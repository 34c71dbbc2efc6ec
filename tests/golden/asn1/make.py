"""asn1: elements that overflow, what is decoded and what is not, where it looks, over UDP and TCP."""
import struct

import packets


def length(n, form=None):
	form = (0 if n < 128 else 1 if n < 256 else 2) if form is None else form
	return bytes([n]) if form == 0 else bytes([0x80 | form]) + n.to_bytes(form, 'big')


def element(tag, body, form=None, n=None):
	return (bytes([tag]) if isinstance(tag, int) else tag) + length(len(body) if n is None else n, form) + body


def real(n, first=3):
	return element(9, bytes([first]) + b'1' * (n - 1))


def bits(unused, n):
	return element(3, bytes([unused]) + b'\xaa' * n)


def nested(tag, depth, body):
	for _ in range(depth):
		body = element(tag, body)
	return body


def endless(tag, body, mark=b'\0\0'):
	return bytes([tag, 0x80]) + body + mark


R, INT = real(257), element(2, b'\1')
TEXTS = [element(tag, text) for tag, text in (
	(1, b'\0\0'), (1, b'\5'), (3, b''), (5, b'x'), (7, b'\x80'), (10, b'\1\2\3\4\5'), (10, b'\0\1\2\3\4'), (12, b'\xc3\xa9'), (12, b'\xc3'),
	(18, b'1 2'), (18, b'a'), (19, b'A+b:'), (19, b'*'), (20, b'\x1f'), (22, b'\xff'), (26, b'\x7f'), (28, b'abc'), (30, b'A'),
	(30, b'\0A'), (30, b'\0\xe9'), (0x2c, b'a'), (0x23, b'\0a'), (16, b''), (0x81, b'\xff'), (0x4c, b'\xff'),
	(23, b'990101120000Z'), (23, b'9901011200Z'), (23, b'9913011200Z'), (23, b'990101120000+9900'), (23, b'9901011200+0100'),
	(24, b'19990101120000'), (24, b'19990101120000.123Z'), (24, b'19990101120000.1234'), (24, b'19990101120000.1234Z'),
	(24, b'199901011200Z'), (24, b'1999010112Z'), (24, b'19990101120000,5+0100'))]
DATAGRAMS = (
	real(300), real(256), real(300, 0x80), real(300, 0x40), real(300)[:-1], bits(8, 0), bits(9, 0), bits(16, 1), bits(17, 1), bits(255, 31),
	nested(0x30, 1, R), nested(0x31, 1, R), nested(0xa0, 1, R), nested(0x24, 1, R), element(4, R), element(0x30, R, n=500),
	element(0x30, element(9, b'\3' + b'1' * 299, n=600)), endless(0x30, R), endless(0x30, R, b''), endless(0xa0, R),
	endless(0x30, element(4, b'a'), b'\x80\0') + R, endless(0x24, element(4, b'a'), b'\0\x81\0') + R,
	R + b'\xff' * 4, b'\0\0' + R, INT * 29 + R, INT * 30 + R, INT * 29 + R + b'\0', nested(0x30, 1, INT * 60 + R),
	nested(0x30, 29, R), nested(0x30, 30, R), nested(0x30, 30, b''), nested(0xa0, 40, b'a') + R,
	element(b'\x1f\x09', b'\3' + b'1' * 299), b'\x1f' + b'\x80' * 4 + b'\4\1a' + R, b'\x1f' + b'\x80' * 5 + b'\4\1a' + R,
	element(9, b'\3' + b'1' * 299, form=9), b'\x04\xff' + bytes(126) + b'\1a' + R, R + element(4, b'a', n=50),
	b'abc' + R, b'Xabc' + R, b'abcabc' + R, b'abcdef' + R, b'abcX' + R, element(4, b'x' * 2049)[:1400], element(4, b'x' * 1400),
) + tuple(t + R for t in TEXTS)


def setup(unicode, blob):
	"""A session setup of SMB whose security blob stands at 63."""
	head = bytearray(b'\0\0\0\0\xffSMBs' + bytes(54))
	head[15] = 0x80 if unicode else 0
	head[57:61] = struct.pack('<I', 0x80000000)
	return bytes(head) + blob


SESSIONS = [(445, m) for m in (setup(False, bits(17, 1)), setup(True, R), setup(False, bits(7, 1)), b'abc' + R, R)]


def frames():
	client, server = packets.addr('10.0.0.1'), packets.addr('192.168.1.2')
	out = []
	for i, data in enumerate(DATAGRAMS):
		out.append(packets.ether(packets.ipv4(client, server, packets.UDP, packets.udp(client, server, 20000 + i, 4000, data))))
	for i, (port, data) in enumerate(SESSIONS):
		out += packets.talk(port, [(0, data), (1, b'no'), (0, b'more')], sport=30000 + i)
	return packets.timed(out)
