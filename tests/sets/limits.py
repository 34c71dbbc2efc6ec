"""rules/sets/hangu-limits.rules: what makes each rule alert, and what is like it and must not."""
import struct
import uuid

from events import Examples
from scripts import NDR, Script, certificate, dns, handshake, hello, mail, pdu, question, rpc, smtp, tls

EPM = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa'


def bound(rounds):
	"""Contexts of one bind each, up to 100 in it."""
	messages = []
	for turn in range(rounds):
		contexts = b''.join(struct.pack('<HBB', turn * 100 + i, 1, 0) + uuid.UUID(EPM).bytes_le + b'\3\0\0\0' + NDR for i in range(100))
		messages.append((0, pdu(11 if turn == 0 else 14, turn + 1, struct.pack('<HHIBBH', 4280, 4280, 0, 100, 0, 0) + contexts)))
		results = (b'\0\0\0\0' + NDR) * 100
		messages.append((1, pdu(12 if turn == 0 else 15, turn + 1, struct.pack('<HHIH6sBBH', 4280, 4280, 1, 4, b'135\0\0\0', 100, 0, 0) + results)))
	return Script(49152, messages)


def questions(count):
	one = question(b'a')
	return Script(53, [(0, struct.pack('>6H', 1, 0x100, count, 0, 0, 0) + one[12:] * count)], udp=True)


def parts(count):
	return mail(b'', body=b'Content-Type: multipart/mixed; boundary=b\r\n\r\n' + b'--b\r\n\r\nx\r\n' * count + b'--b--')


def recipients(count):
	return smtp(b'EHLO a', b'MAIL FROM:<a@a.test>', *[b'RCPT TO:<b%d@b.test>' % i for i in range(count)])


def addresses(count):
	return mail(b'', body=b'Content-Type: text/plain\r\n\r\n' + b''.join(b'http://www.b%d.test/a\r\n' % i for i in range(count)))


def chain(count):
	one = certificate(b'A Test')
	certs = (struct.pack('>I', len(one))[1:] + one) * count
	return Script(443, [(0, hello()), (1, handshake(2, b'\3\3' + bytes(32) + b'\0\xc0\x2f\0') + handshake(11, struct.pack('>I', len(certs))[1:] + certs))])


def long_message(size):
	"""A hello and a message over several records."""
	message = struct.pack('>I', 11 << 24 | size) + bytes(size)
	records = [message[at:at + 16000] for at in range(0, len(message), 16000)]
	return Script(443, [(0, hello()), (1, handshake(2, b'\3\3' + bytes(32) + b'\0\xc0\x2f\0') +
		b''.join(b'\x16\3\3' + struct.pack('>H', len(r)) + r for r in records))])


CASES = {
	8601001: (Examples('dcerpc'), rpc(EPM, 3, version=3)),
	8601002: (Examples('dcerpc'), rpc(EPM, 3, version=3)),
	8601003: (bound(4), rpc(EPM, 3, version=3)),
	8601004: (questions(1100), dns(b'a')),
	8601005: (parts(1100), parts(10)),
	8601006: (recipients(1100), recipients(10)),
	8601007: (addresses(300), addresses(10)),
	8601008: (long_message(70000), tls()),
	8601009: (chain(40), chain(3)),
}
