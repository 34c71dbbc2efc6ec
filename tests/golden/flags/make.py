"""TCP flags: a session, one between two ports 80, one with SYN/ACK thrice, and packets of no session with many combinations."""
from packets import ACK, FIN, PSH, RST, SYN, TCP, URG, Session, addr, ether, ipv4, talk, tcp, timed

ECE, CWR = 64, 128
COMBINATIONS = [0, FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, SYN | FIN, SYN | RST, FIN | ACK, RST | ACK, FIN | PSH | URG, SYN | ECE | CWR,
	SYN | ACK | ECE, ACK | URG, ACK | ECE, 255]


def frames():
	client, server = addr('10.0.0.1'), addr('192.168.1.2')
	out = talk(80, [(0, b'GET / HTTP/1.0\r\n\r\n'), (1, b'HTTP/1.0 200 OK\r\n\r\nhello')])
	# Answers go to the port that rules on port 80 give.
	odd = Session(80, client='10.0.0.9', sport=80)
	for side, flags in ((0, SYN), (1, SYN | ACK), (0, ACK), (1, SYN), (0, FIN | ACK), (1, FIN | ACK)):
		odd.send(side, flags)
	out += odd.frames
	# SYN/ACK once more with another acknowledgement, before and behind the client's.
	twice = Session(80, client='10.0.0.8')
	twice.send(0, SYN)
	twice.send(1, SYN | ACK)
	for late in (False, True):
		if late:
			twice.send(0, ACK)
		twice.seq[0] += 7
		twice.frames.append(twice.segment(1, SYN | ACK, seq=5000))
		twice.seq[0] -= 7
	out += twice.frames
	for i, flags in enumerate(COMBINATIONS):
		out.append(ether(ipv4(client, server, TCP, tcp(client, server, 41000 + i, 80, 1000, 0, flags))))
	return timed(out)
