"""SIP over UDP: calls, answers, requests of the called side, what is none; a session over TCP, which Suricata 7 does not know."""
import packets
import traffic

RECORDS = ('sip', 'login', 'anomaly')
KEYS = ('sip',)
FIELDS = (b'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK%d\r\nFrom: "Anna" <sip:anna@a.test>;tag=1\r\nTo: <sip:bob@b.test>\r\n'
	b'Call-ID: c%d\r\nCSeq: 1 %s\r\nContent-Length: 0\r\n\r\n')
DIGEST = b'Authorization: Digest username="anna", realm="a.test", nonce="n", uri="sip:a.test", response="0"\r\n'


def ask(method, number=1, uri=b'sip:bob@b.test'):
	return method + b' ' + uri + b' SIP/2.0\r\n' + FIELDS % (number, number, method)


def answer(status, method, number=1):
	return b'SIP/2.0 ' + status + b'\r\n' + FIELDS % (number, number, method)


CALL, TAKEN = ask(b'INVITE'), answer(b'200 OK', b'INVITE')
FLOWS = (
	((0, CALL), (1, answer(b'100 Trying', b'INVITE')), (1, TAKEN), (0, ask(b'ACK')), (1, ask(b'BYE', 2)),
		(0, answer(b'200 OK', b'BYE', 2)), (0, ask(b'OPTIONS', 3))),
	((0, CALL), (0, b'\r\n\r\n'), (0, ask(b'OPTIONS', 3)), (1, TAKEN)),
	((0, CALL), (0, ask(b'OPTIONS', 3)[:-2]), (0, ask(b'OPTIONS', 4)), (1, TAKEN)),
	((0, ask(b'INVITE', uri=b'sip:b#c@d')), (0, ask(b'OPTIONS', 3, b'sip:[::1]'))),
	((0, CALL.replace(b'Anna', '\u5b89'.encode())), (1, TAKEN)),
	((1, TAKEN), (0, CALL), (1, TAKEN)),
	((1, CALL), (0, TAKEN), (1, CALL)),
	((0, CALL.replace(b'CSeq', b'Subject: a\r\n b\r\n\tc  \r\nCSeq')), (1, answer(b'486 Busy Here', b'INVITE'))),
	((0, CALL.replace(b'\r\n', b'\n')),),
	((0, ask(b'REGISTER', 5).replace(b'CSeq', DIGEST + b'CSeq')), (1, answer(b'200 OK', b'REGISTER', 5)),
		(0, ask(b'REGISTER', 6).replace(b'CSeq', DIGEST + b'CSeq')), (1, answer(b'403 Forbidden', b'REGISTER', 6))),
)


def datagrams(port, steps):
	for side, data in steps:
		ends = (traffic.SERVER, traffic.CLIENT, 5060, port) if side else (traffic.CLIENT, traffic.SERVER, port, 5060)
		yield traffic.datagram(data, *ends)


def frames():
	out = [d for i, steps in enumerate(FLOWS) for d in datagrams(5060 if i == 0 else 6000 + i, steps)]
	return packets.timed(out + packets.talk(5060, [(0, CALL), (1, TAKEN)]))
