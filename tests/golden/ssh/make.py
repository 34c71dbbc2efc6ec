"""Banners, fingerprints, malformations, and what is looked at when keys are in use, of SSH."""
import struct

import packets

NAMES = [b'kexA,kexB', b'hostkey', b'encC2S', b'encS2C', b'macC2S', b'macS2C', b'compC2S', b'compS2C', b'', b'']
CLIENT, SERVER = b'SSH-2.0-cli_1 comment here\r\n', b'SSH-2.0-srv_2\r\n'


def packet(number, body=b'', pad=4, length=None):
	return struct.pack('>IBB', 2 + len(body) + pad if length is None else length, pad, number) + body + bytes(pad)


def kexinit(*first, tail=bytes(5)):
	names = list(first) + NAMES[len(first):]
	return packet(20, bytes(16) + b''.join(struct.pack('>I', len(n)) + n for n in names) + tail)


K, NEWKEYS = kexinit(), packet(21, b'', 10)
OPENED, KEYED = [(0, CLIENT), (1, SERVER)], [(0, CLIENT), (1, SERVER), (0, K), (1, K)]
SESSIONS = (
	[(1, SERVER), (0, CLIENT), (0, K), (1, K), (0, packet(30, b'a' * 32)), (1, packet(31, b'b' * 99) + NEWKEYS), (0, NEWKEYS),
		(0, b'MARK' * 9), (1, b'MARK' * 9)],
	KEYED + [(1, NEWKEYS), (0, NEWKEYS), (0, b'MARK1'), (1, b'MARK2'), (0, b'MARK3')],
	KEYED + [(1, NEWKEYS), (0, NEWKEYS + b'MARK1'), (1, b'MARK2')],
	[(0, CLIENT + K + NEWKEYS), (1, SERVER + K + NEWKEYS), (0, b'MARK'), (1, b'MARK')],
	[(1, SERVER + K + NEWKEYS), (0, CLIENT + K + NEWKEYS), (0, b'MARK'), (1, b'MARK')],
	[(1, b'SSH-1.99-srv\n'), (0, b'SSH-2.0-cli\n')],
	[(1, b'SSH-2.0-\r\n'), (0, b'SSH-2.0- c d\r\n')],
	[(1, b'SSH-2.0-srv\r' + K), (0, b'SSH-2.0-cli\r'), (0, b'\n' + K)],
	[(1, b'SSH-2.0\r\n'), (0, CLIENT)],
	[(0, CLIENT), (1, b'ssh-2.0-x\r\n')],
	[(0, b'SSH-2.0-' + b'c' * 247 + b'\r\n'), (1, b'SSH-2.0-' + b's' * 248 + b'\r\n')],
	[(0, b'SSH-2.0-' + b'c' * 600 + b' com\r\n'), (1, b'SSH-2.0-s ' + b's' * 300 + b'\r\n' + K)],
	OPENED + [(0, struct.pack('>IBB', 1, 4, 20) + bytes(20))],
	OPENED + [(0, struct.pack('>IBB', 2, 0, 2) + K), (1, K[:50]), (1, K[50:])],
	OPENED + [(0, kexinit(tail=b'')), (1, kexinit(*[b''] * 10))],
	[(0, CLIENT), (0, K)],
)


def frames():
	out = []
	for i, messages in enumerate(SESSIONS):
		out += packets.talk(22, messages, sport=41000 + i)
	return packets.timed(out)
