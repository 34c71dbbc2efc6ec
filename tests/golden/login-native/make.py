"""Logins of every protocol that has them, by every mechanism that is read: accepted, refused, in text that is not UTF-8."""
import base64

import packets
from traffic import reply

SETTINGS = ['compat=native']
RECORDS = ('login', 'ftp')


def b64(text):
	return base64.b64encode(text)


def ftp():
	hello = [(1, b'220 x\r\n')]
	bad = [(0, b'USER root\r\n'), (1, b'331 p\r\n'), (0, b'PASS 123456\r\n'), (1, b'530 no\r\n')]
	good = [(0, b'USER \xd6\xd0\xce\xc4\r\n'), (1, b'331 p\r\n'), (0, b'PASS correct horse\r\n'), (1, b'230 in\r\n')]
	open_to_all = [(0, b'USER anonymous\r\n'), (1, b'230 in\r\n')]
	return packets.talk(21, hello + bad + bad + good, sport=20001) + packets.talk(21, hello + open_to_all, sport=20002)


def smtp():
	hello = [(1, b'220 mx\r\n'), (0, b'EHLO c\r\n'), (1, b'250 mx\r\n')]
	plain = [(0, b'AUTH PLAIN ' + b64(b'\0anna\0anna') + b'\r\n'), (1, b'535 no\r\n')]
	login = [(0, b'AUTH LOGIN\r\n'), (1, b'334 a\r\n'), (0, b64(b'anna') + b'\r\n'), (1, b'334 b\r\n'), (0, b64(b'') + b'\r\n'),
		(1, b'535 no\r\n')]
	broken = [(0, b'AUTH PLAIN ???\r\n'), (1, b'535 no\r\n')]
	cram = [(0, b'AUTH CRAM-MD5\r\n'), (1, b'334 a\r\n'), (0, b64(b'anna 0123') + b'\r\n'), (1, b'235 in\r\n')]
	return packets.talk(25, hello + plain + login + broken + cram, sport=20003)


def ask(authorization):
	return b'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8\r\nAuthorization: ' + authorization + b'\r\n\r\n'


def http():
	no, yes = reply(b'', status=b'401 no'), reply(b'', status=b'200 OK')
	return packets.talk(80, [(0, ask(b'Basic ' + b64(b'admin:admin'))), (1, no), (0, ask(b'Basic ' + b64(b'admin:P:x y'))), (1, yes),
		(0, ask(b'Digest username="bob", realm="r", response="00"')), (1, no), (0, ask(b'Basic ?')), (1, no)], sport=20004)


def frames():
	return packets.timed(ftp() + smtp() + http())
