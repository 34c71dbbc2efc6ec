"""What alerts show of payloads with passwords: of the stream and of packets, whole and cut within them, before and behind their acknowledgement."""
import base64

import packets
from traffic import reply

SETTINGS = ['compat=native', 'outputs.eve-log.types.alert.payload-printable=yes']
KEYS = ('payload_printable',)


def b64(text):
	return base64.b64encode(text)


def ftp(**how):
	talk = [(1, b'220 x\r\n'), (0, b'USER anna\r\n'), (1, b'331 p\r\n'), (0, b'PASS correct horse\r\n'), (1, b'230 in\r\n'), (0, b'CWD /etc\r\n'), (1, b'250 in\r\n')]
	return packets.talk(21, talk, **how)


def smtp():
	hello = [(1, b'220 mx\r\n'), (0, b'EHLO c\r\n'), (1, b'250-mx\r\n250 AUTH LOGIN\r\n')]
	return packets.talk(25, hello + [(0, b'AUTH LOGIN\r\n'), (1, b'334 a\r\n'), (0, b64(b'anna') + b'\r\n'), (1, b'334 b\r\n'), (0, b64(b'battery') + b'\r\n'),
		(1, b'235 in\r\n'), (0, b'MAIL FROM:<a@b>\r\n'), (1, b'250 ok\r\n')], sport=20002)


def web():
	body = b'user=anna&password=battery&go=1'
	ask = b'POST /login?pwd=staple HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ' + b64(b'anna:staple') + b'\r\nCookie: id=shown\r\n'
	ask += b'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n' % len(body) + body
	return packets.talk(80, [(0, ask), (1, reply(b'x'))], sport=20003)


def telnet():
	return packets.talk(23, [(1, b'\xff\xfd\x18\xff\xfb\x01box login: '), (0, b'\xff\xfb\x18\xff\xfd\x01'), (0, b'anna\r\0'), (1, b'anna\r\nPassword: '),
		(0, b'battery\r\0'), (1, b'\r\n$ '), (0, b'id\r\0'), (1, b'id\r\nuid=1\r\n$ ')], sport=20004)


def frames():
	return packets.timed(ftp(sport=20000) + ftp(sport=20001, cut=7) + smtp() + web() + telnet())
