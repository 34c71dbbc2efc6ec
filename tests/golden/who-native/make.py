"""Whom records name: the user of the connection at once, those of other connections of the host from the next second on."""
import packets
from traffic import reply

SETTINGS = ['compat=native', 'identity.timeout=100']
RECORDS = ('flow',)
KEYS = ('src_user', 'dest_user')


def ftp(user, answer, **how):
	return packets.talk(21, [(1, b'220 x\r\n'), (0, b'USER ' + user + b'\r\n'), (1, b'331 p\r\n'), (0, b'PASS x\r\n'), (1, answer + b'\r\n'),
		(0, b'CWD /etc\r\n'), (1, b'250 in\r\n')], **how)


def web(**how):
	return packets.talk(80, [(0, b'GET /alert HTTP/1.1\r\nHost: a\r\n\r\n'), (1, reply(b'x'))], **how)


def at(second, frames):
	return [((1700000000 + second) * 10**6 + i * 1000, frame) for i, frame in enumerate(frames)]


def frames():
	"""Host 1: nobody, anna, within her second and behind it, bob, and nobody again; host 2 is refused; the server logs in elsewhere; host 3 is one in each VLAN."""
	out = at(0, web(sport=20001)) + at(5, ftp(b'anna', b'230 in', sport=20002) + web(sport=20003)) + at(7, web(sport=20004, server='192.168.1.9'))
	out += at(10, ftp(b'bob', b'230 in', sport=20005, server='192.168.1.7')) + at(12, web(sport=20006))
	out += at(15, ftp(b'eve', b'530 no', client='10.0.0.2', sport=20007)) + at(17, web(client='10.0.0.2', sport=20008))
	out += at(20, ftp(b'backup', b'230 in', client='192.168.1.2', server='192.168.1.8', sport=20009)) + at(22, web(sport=20010))
	out += at(111, web(sport=20011))
	inside = lambda made, *ids: [packets.vlan(frame, *ids) for frame in made]
	out += at(120, inside(ftp(b'carl', b'230 in', client='10.0.0.3', sport=20012), 7) + inside(ftp(b'dora', b'230 in', client='10.0.0.3', sport=20013), 7, 8))
	return out + at(122, inside(web(client='10.0.0.3', sport=20014), 7) + inside(web(client='10.0.0.3', sport=20015), 7, 8) +
		inside(web(client='10.0.0.3', sport=20016), 9) + web(client='10.0.0.3', sport=20017))
