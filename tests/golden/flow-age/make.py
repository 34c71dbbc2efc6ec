"""The age of flows: on which packets of UDP and TCP, at the borders of seconds, at their end."""
import packets

SECOND = 1000000


def frames():
	at = packets.START
	ask = lambda port: packets.ether(packets.ipv4(packets.addr('10.0.0.1'), packets.addr('10.0.0.2'), packets.UDP,
		packets.udp(packets.addr('10.0.0.1'), packets.addr('10.0.0.2'), port, 9, b'abc')))
	answer = lambda port: packets.ether(packets.ipv4(packets.addr('10.0.0.2'), packets.addr('10.0.0.1'), packets.UDP,
		packets.udp(packets.addr('10.0.0.2'), packets.addr('10.0.0.1'), 9, port, b'abc')))
	out = [(at + 900000, ask(1)), (at + 1100000, answer(1)), (at + 2900000, ask(1)), (at + 5 * SECOND, answer(1)),
		(at + 5 * SECOND, ask(2)), (at + 5900000, ask(2))]
	session = packets.talk(80, [(0, b'GET /needle HTTP/1.1\r\nHost: a.test\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')])
	return out + [(at + (6 + i) * SECOND, f) for i, f in enumerate(session)]
