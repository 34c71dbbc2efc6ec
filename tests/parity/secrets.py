#!/usr/bin/env python3
"""Plant passwords in sessions of Telnet, FTP, POP3, HTTP and SMTP and look for them in everything that a replay writes.

usage: secrets.py PROGRAM
"""
import base64
import os
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ('system', 'captures'):
	sys.path.insert(0, os.path.join(HERE, '..', folder))
import http2
import packets
import tap
from traffic import reply

WRONG, RIGHT = b'Hunt%d?er!', b'Corr&ct+h%drse'  # of an attempt that fails, and of the one behind it; what URLs escape is in both


def b64(text):
	return base64.b64encode(text)


def telnet(wrong, right):
	negotiate = [(1, b'\xff\xfd\x18\xff\xfb\x01'), (0, b'\xff\xfb\x18\xff\xfd\x01')]
	def attempt(secret, answer):
		return [(1, b'\r\nbox login: '), (0, b'anna\r\0'), (1, b'anna\r\nPassword: '), (0, secret + b'\r\0'), (1, answer)]
	become = [(0, b'su\r\0'), (1, b'su\r\nPassword: '), (0, right + b'\r\0'), (1, b'\r\nroot@box:~# ')]
	return 23, negotiate + attempt(wrong, b'\r\nLogin incorrect\r\n') + attempt(right, b'\r\nanna@box:~$ ') + become


def telnet_by_key(wrong, right):
	port, talk = telnet(wrong, right)
	keys = []
	for side, data in talk:
		secret = side == 0 and data[:-2] in (wrong, right)
		keys += [(side, data[at:at + 1]) for at in range(len(data))] if secret else [(side, data)]
	return port, keys


def ftp(wrong, right):
	def attempt(secret, answer):
		return [(0, b'USER anna\r\n'), (1, b'331 password\r\n'), (0, b'PASS ' + secret + b'\r\n'), (1, answer)]
	return 21, [(1, b'220 files\r\n')] + attempt(wrong, b'530 no\r\n') + attempt(right, b'230 in\r\n') + [(0, b'QUIT\r\n'), (1, b'221 bye\r\n')]


def pop3(wrong, right):
	def attempt(secret, answer):
		return [(0, b'USER anna\r\n'), (1, b'+OK\r\n'), (0, b'PASS ' + secret + b'\r\n'), (1, answer)]
	return 110, [(1, b'+OK ready\r\n')] + attempt(wrong, b'-ERR no\r\n') + attempt(right, b'+OK in\r\n') + [(0, b'QUIT\r\n'), (1, b'+OK\r\n')]


def pop3_plain(wrong, right):
	def attempt(secret, answer):
		return [(0, b'AUTH PLAIN\r\n'), (1, b'+ \r\n'), (0, b64(b'\0anna\0' + secret) + b'\r\n'), (1, answer)]
	return 110, [(1, b'+OK ready\r\n')] + attempt(wrong, b'-ERR no\r\n') + attempt(right, b'+OK in\r\n')


def http_basic(wrong, right):
	def ask(secret):
		return b'GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Basic ' + b64(b'anna:' + secret) + b'\r\n\r\n'
	return 80, [(0, ask(wrong)), (1, reply(b'', status=b'401 no')), (0, ask(right)), (1, reply(b'in'))]


def http_form(wrong, right):
	def ask(secret):
		body = b'user=anna&password=' + urllib.parse.quote_plus(secret).encode() + b'&go=1'
		return (b'POST /login HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n' % len(body)
			+ body)
	return 80, [(0, ask(wrong)), (1, reply(b'no', status=b'403 no')), (0, ask(right)), (1, reply(b'', b'Location: /home', status=b'302 in'))]


def http_query(wrong, right):
	def ask(secret):
		secret = urllib.parse.quote_plus(secret).encode()
		return (b'GET /a?user=anna&password=' + secret + b'&go=1 HTTP/1.1\r\nHost: h\r\nReferer: http://h/b?x=1&access_token=' + secret
			+ b'\r\n\r\n')
	return 80, [(0, ask(wrong)), (1, reply(b'', status=b'403 no')), (0, ask(right)), (1, reply(b'in'))]


def http_userinfo(wrong, right):
	def ask(secret):
		secret = urllib.parse.quote_plus(secret).encode()
		return b'GET http://anna:' + secret + b'@h/a HTTP/1.1\r\nHost: h\r\nReferer: http://anna:' + secret + b'@h/b\r\n\r\n'
	def to(secret):
		secret = urllib.parse.quote_plus(secret).encode()
		return reply(b'', b'Location: ftp://anna:' + secret + b'@h/c?token=' + secret, status=b'302 there')
	return 80, [(0, ask(wrong)), (1, to(wrong)), (0, ask(right)), (1, to(right))]


def http2_fields(wrong, right):
	def ask(stream, secret):
		quoted = urllib.parse.quote_plus(secret)
		return http2.request(stream, '/a?user=anna&pwd=' + quoted, http2.field('authorization', 'Basic ' + b64(b'anna:' + secret).decode()),
			http2.field('referer', 'https://h/b?token=' + quoted))
	to = http2.field('location', '/c?token=' + urllib.parse.quote_plus(right))
	return 80, [(0, http2.PREFACE + http2.settings() + ask(1, wrong)), (1, http2.settings() + http2.answer(1, b'no')), (0, ask(3, right)),
		(1, http2.answer(3, b'in', to))]


def smtp_plain(wrong, right):
	hello = [(1, b'220 mx\r\n'), (0, b'EHLO c\r\n'), (1, b'250-mx\r\n250 AUTH PLAIN LOGIN\r\n')]
	return 25, hello + [(0, b'AUTH PLAIN ' + b64(b'\0anna\0' + wrong) + b'\r\n'), (1, b'535 no\r\n'), (0, b'AUTH PLAIN\r\n'), (1, b'334 \r\n'),
		(0, b64(b'\0anna\0' + right) + b'\r\n'), (1, b'235 in\r\n')]


def smtp_login(wrong, right):
	hello = [(1, b'220 mx\r\n'), (0, b'EHLO c\r\n'), (1, b'250-mx\r\n250 AUTH PLAIN LOGIN\r\n')]
	def attempt(secret, answer):
		return [(0, b'AUTH LOGIN\r\n'), (1, b'334 VXNlcm5hbWU6\r\n'), (0, b64(b'anna') + b'\r\n'), (1, b'334 UGFzc3dvcmQ6\r\n'),
			(0, b64(secret) + b'\r\n'), (1, answer)]
	return 25, hello + attempt(wrong, b'535 no\r\n') + attempt(right, b'235 in\r\n')


SESSIONS = (telnet, telnet_by_key, ftp, pop3, pop3_plain, http_basic, http_form, http_query, smtp_plain, smtp_login)
RECORDS = (http_userinfo, http2_fields)  # in records only: their bytes are shown as they came (docs/outputs.md)


def planted(number):
	return WRONG % (1000 + number), RIGHT % (1000 + number)


def forms(secret):
	"""The ways in which it could stand in a file: as it is, escaped for a URL or for JSON, and in base64 wherever that begins."""
	out = {secret, urllib.parse.quote_plus(secret).encode(), secret.replace(b'&', b'\\u0026')}
	for text in (secret, urllib.parse.quote_plus(secret).encode()):
		for lead in range(3):  # its first and last characters of base64 may belong to what stands around it, too
			out.add(b64(b'\0' * lead + text)[-(-lead * 8 // 6):(lead + len(text)) * 8 // 6])
	return out


def is_only_ack(frame):
	return len(frame) == 54 and frame[47] == 0x10


def capture(path, cut, acked, sessions):
	"""acked: each segment at once; else with what the other side says next."""
	frames = []
	for number, session in enumerate(sessions):
		port, talk = session(*planted(number))
		frames += packets.talk(port, talk, sport=20000 + number, cut=cut)
	frames = [f for f in frames if acked or not is_only_ack(f)]
	with open(path, 'wb') as out:
		out.write(packets.pcap(packets.timed(frames)))


def pieces(secret, size):
	"""What stands together in segments that are cut within it."""
	return {secret[at:at + size] for at in range(len(secret) - size + 1)}


def found(folder, piece, sessions):
	"""{session: (file, what stands around it) for each password of the session, or part of it of that size, that is found}"""
	texts = {}
	for where, _, names in os.walk(folder):
		for name in names:
			with open(os.path.join(where, name), 'rb') as f:
				texts[name] = f.read()
	assert any(texts.values()), 'nothing was written'
	out = {}
	for number, session in enumerate(sessions):
		for secret in planted(number):
			for form in forms(secret) | pieces(secret, piece):
				for name, text in texts.items():
					if form in text:
						at = text.index(form)
						out.setdefault(session.__name__, []).append((name, text[max(0, at - 40):at + 60]))
	return out


def replay(*settings, rules=None, cut=1400, acked=True, sessions=SESSIONS):
	with tempfile.TemporaryDirectory() as root:
		capture(os.path.join(root, 'in.pcap'), cut, acked, sessions)
		command = [tap.PROGRAM, 'replay', '-l', os.path.join(root, 'out')]
		for setting in settings:
			command += ['--set', setting]
		if rules:
			with open(os.path.join(root, 'test.rules'), 'w', encoding='utf-8') as out:
				out.write(rules)
			command += ['-S', os.path.join(root, 'test.rules')]
		subprocess.run(command + [os.path.join(root, 'in.pcap')], check=True, capture_output=True)
		return found(os.path.join(root, 'out'), max(5, min(cut, 8)), sessions)


ALERTS = 'outputs.eve-log.types.alert.'
TRANSCRIPTS = 'outputs.telnet-transcript.enabled=yes'
ON_ALL = 'alert tcp any any -> any any (msg:"all"; flow:established; sid:1;)\nalert tcp any any -> any any (msg:"client"; content:"anna"; sid:2;)\n'


def test_the_search_finds_what_is_not_masked():
	shown = ('outputs.eve-log.types.alert.payload=yes', 'outputs.eve-log.types.alert.payload-printable=yes')
	assert set(replay('privacy.mask-secrets=no', *shown, rules=ON_ALL)) >= {'ftp', 'pop3', 'http_basic', 'http_form', 'smtp_plain', 'smtp_login'}


def test_records_of_the_peer_keep_what_it_shows():
	assert 'ftp' in replay('compat=suricata7')


def test_raw_bytes_of_alerts_hold_no_password():
	shown = [ALERTS + key for key in ('payload=yes', 'payload-printable=yes', 'packet=yes', 'tagged-packets=yes')] + ['outputs.eve-log.types.frame.enabled=yes']
	assert not (left := replay(TRANSCRIPTS, *shown, rules=ON_ALL)), left
	assert not (left := replay('simulate-ips=yes', *shown, rules=ON_ALL)), left
	assert not (left := replay('compat=suricata7', 'privacy.mask-secrets=yes', *shown, rules=ON_ALL)), left
	assert 'ftp' in replay('privacy.mask-payloads=no', *shown, rules=ON_ALL)


def test_no_cut_shows_a_password():
	shown = [ALERTS + key for key in ('payload=yes', 'payload-printable=yes', 'packet=yes')]
	for cut in (1, 2, 3, 5, 7, 11, 1400):
		for acked in (True, False):
			assert not (left := replay(*shown, rules=ON_ALL, cut=cut, acked=acked)), (cut, acked, left)


def test_masked_records_hold_no_password():
	every = SESSIONS + RECORDS
	shown = ('outputs.eve-log.types.http.dump-all-headers=both', TRANSCRIPTS)
	assert set(replay('privacy.mask-secrets=no', *shown, rules=ON_ALL, sessions=every)) >= {'http_query', 'http_userinfo', 'http2_fields'}
	assert not (left := replay(*shown, rules=ON_ALL, sessions=every)), left
	assert not (left := replay('compat=suricata7', 'privacy.mask-secrets=yes', *shown, rules=ON_ALL, sessions=every)), left


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'secrets', globals()))
