"""TLCP and other use of the SM algorithms, by version, suite and certificates; weak versions, suites and certificates."""
import packets
import tls

SETTINGS = ['compat=native']
RECORDS = ('tls', 'anomaly')
KEYS = ('tls', 'anomaly', 'audit')

CA = tls.name(C='CN', O='Example CA')
SERVER, CLIENT = tls.name(C='CN', O='Example', CN='oa.example.cn'), tls.name(C='CN', CN='anna')
SIGN, ENCRYPT = tls.certificate(SERVER, CA, b'\x11'), tls.certificate(SERVER, CA, b'\x12')
OLD = tls.certificate(SERVER, SERVER, b'\x13', b'100101000000Z', b'110101000000Z')
CLIENT_SIGN, CLIENT_ENCRYPT = tls.certificate(CLIENT, CA, b'\x21'), tls.certificate(CLIENT, CA, b'\x22')
ANCHOR = tls.certificate(CA, CA, b'\x01')


def session(version, suite, certificates, head=None, host=b'', client=()):
	"""Up to the first data; `head`: the version of the client's first record."""
	def flight(*messages):
		return tls.record(22, version, b''.join(messages))
	asks = [tls.message(13, b'\1\x50\0\0')] if client else []
	keys = [tls.chain(*client)] if client else []
	finish = tls.record(20, version, b'\1') + tls.record(22, version, b'\x99' * 80)
	return [(0, tls.record(22, head or version, tls.client_hello(version, [suite, 0xe011], tls.sni(host) if host else b''))),
		(1, flight(tls.server_hello(version, suite)) + flight(tls.chain(*certificates), tls.message(12, b'k' * 70), *asks, tls.message(14, b''))),
		(0, flight(*keys, tls.message(16, b'e' * 150)) + finish), (1, finish),
		(0, tls.record(23, version, b'asks' * 8)), (1, tls.record(23, version, b'answers' * 8))]


def sm4_of_13():
	versions, share = tls.extension(43, b'\3\4'), tls.extension(51, b'\0\x29' + tls.counted(2, b'\4' * 65))
	return [(0, tls.record(22, tls.TLS10, tls.client_hello(tls.TLS12, [0xc6, 0xc7], tls.sni(b'www.example.cn') + tls.extension(43, b'\2\3\4')))),
		(1, tls.record(22, tls.TLS12, tls.server_hello(tls.TLS12, 0xc6, versions + share)) + tls.record(20, tls.TLS12, b'\1')),
		(1, tls.record(23, tls.TLS12, b'x' * 40)), (0, tls.record(23, tls.TLS12, b'y' * 40))]


def frames():
	both = (SIGN, ENCRYPT, ANCHOR)
	sessions = [
		(443, session(tls.TLCP, 0xe013, both, host=b'oa.example.cn', client=(CLIENT_SIGN, CLIENT_ENCRYPT))),
		(8443, session(tls.TLCP, 0xe053, both)),
		(443, session(tls.TLCP, 0xe011, both, head=tls.TLS10)),
		(443, session(tls.TLCP, 0xe051, both, head=tls.TLS12, host=b'oa.example.cn')),
		(443, session(tls.TLCP, 0xe003, both)),
		(443, session(tls.TLS12, 0xe013, (SIGN,))),
		(443, sm4_of_13()),
		(443, session(tls.TLS10, 0x0005, (OLD,))),
		(443, session(tls.SSL3, 0x0003, (SIGN,))),
		(443, session(tls.TLS12, 0xc018, (SIGN,))),
		(443, session(tls.TLS12, 0xfafa, (ANCHOR,))),
	]
	out = []
	for i, (port, messages) in enumerate(sessions):
		out += packets.talk(port, messages, sport=41000 + i)
	return packets.timed(out)
