"""Packets of QUIC and gQUIC, versions and drafts, hellos in pieces, and what is malformed."""
import struct

import packets
import quic
import tls

RECORDS = ('quic', 'anomaly')
KEYS = ('quic',)
CLIENT, SERVER = packets.addr('10.0.0.1'), packets.addr('192.168.1.2')
FIRST, OTHER = b'\x83\x94\xc8\xf0\x3e\x51\x57\x08', b'\x11\x22\x33\x44'


def hello(host, *more):
	extensions = [tls.sni(host), tls.extension(10, tls.counted(2, b'\0\x1d\0\x17')), tls.extension(13, tls.counted(2, b'\4\3\x08\4')),
		tls.extension(16, tls.counted(2, b'\2h3\5h3-29')), tls.extension(43, b'\4\3\4\x7f\x17'), tls.extension(57, b'\1\2\3'), *more]
	return tls.client_hello(tls.TLS12, [0x1301, 0x1302], b''.join(extensions))


def answer():
	return tls.server_hello(tls.TLS12, 0x1301, tls.extension(43, b'\3\4') + tls.extension(51, b'\0\x1d' + tls.counted(2, b'\5' * 32)))


def both(version=quic.V1, host=b'a.example'):
	"""Both hellos; the server's packet is followed by one of the handshake."""
	handshake = quic.long_head(2, version, b'', OTHER) + b'x' * 60
	return [(0, quic.initial(0, quic.crypto(hello(host)), version=version)),
		(1, quic.initial(1, b'\2\0\0\0\0' + quic.crypto(answer()), version=version, dcid=b'', scid=OTHER) + handshake),
		(0, b'\x40' + OTHER + b'y' * 30)]


def in_pieces():
	"""A long hello over three packets, out of order, some of it twice."""
	parts = quic.pieces(hello(b'pieces.example', tls.extension(21, bytes(900))), 2, 0, 3, 1, 4)
	return [(0, quic.initial(0, b'\1' + parts[0] + parts[2], 0)), (0, quic.initial(0, b'\0\0' + parts[1], 1)),
		(0, quic.initial(0, parts[3] + b'\1' + parts[4], 2)), (1, quic.initial(1, quic.crypto(answer()), dcid=b'', scid=OTHER))]


def twice():
	"""As many bytes as it has, but some of them twice: one is still missing."""
	parts = quic.pieces(hello(b'twice.example'), 0, 1, 2)
	return [(0, quic.initial(0, parts[0], 0)), (0, quic.initial(0, parts[2], 1)), (0, quic.initial(0, parts[2], 2)), (0, quic.initial(0, parts[1], 3))]


def behind_retry():
	return [(0, quic.initial(0, quic.crypto(hello(b'retry.example')))), (1, quic.retry(quic.V1, b'', OTHER)),
		(0, quic.initial(0, quic.crypto(hello(b'retry.example')), 1, first=OTHER, token=b'token')),
		(1, quic.initial(1, quic.crypto(answer()), first=OTHER, dcid=b'', scid=OTHER))]


def google(version):
	chlo = quic.tags(b'CHLO', [(b'PAD', b'-' * 40), (b'SNI', b'g.example'), (b'VER', version), (b'UAID', b'Chrome/79 Linux')])
	return [(0, quic.google(version, quic.stream(chlo))), (1, b'\x08' + b'\7' * 8 + b'\1' + b'h' * 12 + b'x' * 30)]


def grease():
	more = tls.extension(0x1a1a, b''), tls.extension(0xfafa, b'\0')
	message = tls.client_hello(tls.TLS12, [0x2a2a, 0x1301], more[0] + tls.sni(b'grease.example') + tls.extension(10, tls.counted(2, b'\x3a\x3a\0\x1d')) +
		tls.extension(43, b'\4\x4a\x4a\3\4') + more[1])
	return [(0, quic.initial(0, quic.crypto(message)))]


def spoiled(packet, at=-1):
	return packet[:at] + bytes([packet[at] ^ 1]) + (packet[at + 1:] if at != -1 else b'')


SESSIONS = (
	(443, both()), (443, both(quic.V2, b'v2.example')), (80, both(quic.DRAFT29, b'draft.example')), (443, in_pieces()), (443, twice()), (443, behind_retry()),
	(443, google(b'Q046')), (443, google(b'Q043')), (443, grease()),
	(443, [(0, spoiled(quic.initial(0, quic.crypto(hello(b'forged.example'))))), (0, quic.initial(0, quic.crypto(hello(b'behind.example')), 1))]),
	(443, [(0, quic.initial(0, b'\6\0\x44\0short'))]),
	(443, [(0, quic.initial(0, quic.crypto(b'x' * 30, 65530))), (0, quic.initial(0, quic.crypto(hello(b'long.example')), 1))]),
	(443, [(0, quic.initial(0, quic.crypto(tls.message(8, b'none')))), (0, quic.initial(0, quic.crypto(hello(b'none.example')), 1))]),
	(443, [(0, quic.long_head(0, 0x0a1a2a3a, FIRST, b'') + b'\0' + quic.varint(1000) + bytes(1000)),
		(1, b'\x80' + struct.pack('>I', 0) + tls.counted(1, b'') + tls.counted(1, FIRST) + struct.pack('>II', 1, quic.DRAFT29))]),
	(443, [(0, quic.long_head(1, quic.V1, FIRST, OTHER) + b'z' * 40 + bytes(20)), (0, quic.initial(0, quic.crypto(hello(b'early.example'))))]),
	(443, [(1, quic.initial(1, quic.crypto(answer()), dcid=b'', scid=OTHER)), (0, quic.initial(0, quic.crypto(hello(b'late.example'))))]),
	(443, [(0, quic.initial(0, quic.crypto(hello(b'old.example')))), (0, quic.initial(0, quic.crypto(hello(b'new.example')), first=OTHER))]),
	(443, [(0, quic.initial(0, quic.crypto(hello(b'one.example')[:60]))), (0, quic.initial(0, quic.crypto(hello(b'two.example')), first=OTHER))]),
)


def frames():
	out = []
	for i, (port, steps) in enumerate(SESSIONS):
		ends = [(CLIENT, SERVER, 5000 + i, port), (SERVER, CLIENT, port, 5000 + i)]
		for side, data in steps:
			src, dst, sport, dport = ends[side]
			out.append(packets.ether(packets.ip(src, dst, packets.UDP, packets.udp(src, dst, sport, dport, data))))
	return packets.timed(out)
