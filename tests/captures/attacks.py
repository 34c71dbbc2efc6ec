"""Attacks that meters show, and what looks like them and is none: (microseconds, frame) each."""
import base64
import random

from packets import ACK, RST, START, SYN, TCP, Session, addr, ether, ip, tcp

SECOND = 10**6
ATTACKER, VICTIM = '10.9.0.9', '192.168.1.2'


def syn(src, dst, sport, dport):
	return ether(ip(addr(src), addr(dst), TCP, tcp(addr(src), addr(dst), sport, dport, 1000, 0, SYN)))


def refusal(src, dst, sport, dport):
	"""What dst answers to such a SYN."""
	return ether(ip(addr(dst), addr(src), TCP, tcp(addr(dst), addr(src), dport, sport, 0, 1001, RST | ACK)))


def refused(at, src, dst, sport, dport):
	return [(at, syn(src, dst, sport, dport)), (at + 200, refusal(src, dst, sport, dport))]


def spread(at, frames, step=500):
	return [(at + i * step, f) for i, f in enumerate(frames)]


def fetch(client, server, sport, dport=80):
	return Session(dport, client, server, sport).open().say(0, b'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n').say(
		1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok').close()


def later(at):
	"""A packet that lets time go by."""
	return [(at, syn('10.9.9.9', '192.168.9.9', 9, 9))]


def port_scan(ports=range(1, 101), at=START, step=2000):
	"""Two ports are open: the scanner completes those handshakes."""
	out = []
	for i, port in enumerate(ports):
		when = at + i * step
		if port in (22, 80):
			out += spread(when, Session(port, ATTACKER, VICTIM, 30000 + i).open().close())
		else:
			out += refused(when, ATTACKER, VICTIM, 30000 + i, port)
	return sorted(out, key=lambda f: f[0])


def host_scan(hosts=range(1, 81), at=START, step=20_000):
	"""Nobody answers."""
	return [(at + i * step, syn(ATTACKER, '192.168.7.%d' % host, 30000 + i, 445)) for i, host in enumerate(hosts)]


def slow_scan(at=START):
	"""A port a second: below every threshold of a short window."""
	return port_scan(range(1000, 1060), at, SECOND)


def syn_flood(at=START, seconds=4, rate=1000, seed=1):
	"""A new source each time; the victim goes on to answer one client."""
	some = random.Random(seed)
	out = []
	for i in range(seconds * rate):
		src = '.'.join(str(some.randrange(1, 224)) for _ in range(4))
		out.append((at + i * SECOND // rate, syn(src, VICTIM, some.randrange(1024, 65536), 80)))
	for i in range(seconds):
		out += spread(at + i * SECOND + 1, fetch('10.1.0.1', VICTIM, 20000 + i))
	return sorted(out, key=lambda f: f[0])


def flash_crowd(at=START, clients=1500):
	"""All come at once, and all are served; one crawler visits many hosts, one host asks many services."""
	out = []
	for i in range(clients):
		out += spread(at + i * 1000, fetch('10.2.%d.%d' % (i // 250, 1 + i % 250), VICTIM, 20000))
	for i in range(100):
		out += spread(at + i * 10_000, fetch('10.3.0.1', '192.168.8.%d' % (1 + i), 21000))
		out += spread(at + i * 10_000, fetch('10.3.0.2', VICTIM, 22000, 5000 + i))
	return sorted(out, key=lambda f: f[0])


def dead_server(at=START):
	"""A server is down: fifty clients knock, again and again, and nobody is a scanner."""
	out = []
	for client in range(50):
		for turn in range(10):
			out += [(at + turn * SECOND + client * 7000, syn('10.4.0.%d' % (1 + client), VICTIM, 20000 + turn, 443))]
	return sorted(out, key=lambda f: f[0])


def logins(client, credentials, sport, good=b''):
	"""Basic credentials over one connection; those that are not good get 401."""
	session = Session(80, client, VICTIM, sport).open()
	for one in credentials:
		session.say(0, b'GET /admin HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic %s\r\n\r\n' % base64.b64encode(one))
		if one == good:
			session.say(1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
		else:
			session.say(1, b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="a"\r\nContent-Length: 0\r\n\r\n')
	return session.close()


def brute_force(at=START):
	"""Twenty passwords, the last one is right; over four connections."""
	words = [b'root:pw%d' % i for i in range(20)]
	out = []
	for i in range(4):
		out += spread(at + i * 2 * SECOND, logins(ATTACKER, words[i * 5:i * 5 + 5], 40000 + i, words[-1]), 10_000)
	return out


def stale_password(at=START):
	"""A program with an old password, every second; a user who mistypes."""
	out = []
	for i in range(40):
		out += spread(at + i * SECOND, logins('10.5.0.1', [b'backup:old'], 40000 + i))
	return sorted(out + spread(at, logins('10.5.0.2', [b'me:a', b'me:b', b'me:c', b'me:d'], 41000, b'me:d')), key=lambda f: f[0])


def all_attacks():
	"""One after the other."""
	out, at = [], START
	for attack in (port_scan, host_scan, syn_flood, brute_force, stale_password):
		out += attack(at=at)
		at = out[-1][0] + 15 * SECOND
	return out + later(at)
