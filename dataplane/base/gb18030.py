#!/usr/bin/env python3
"""Writes the table of GB18030: gb18030.py >gb18030_table.c. Codes of two bytes, and of four in the first plane, in order."""

LEADS, TRAILS = range(0x81, 0xff), [t for t in range(0x40, 0xff) if t != 0x7f]
FOUR = 39420


def point(code):
	try:
		text = bytes(code).decode('gb18030')
	except UnicodeDecodeError:
		return 0
	return ord(text) if len(text) == 1 and ord(text) < 0x10000 else 0


def four(n):
	return (0x81 + n // 12600, 0x30 + n // 1260 % 10, 0x81 + n // 10 % 126, 0x30 + n % 10)


def put(name, values):
	print('const uint16_t %s[%d] = {' % (name, len(values)))
	for i in range(0, len(values), 16):
		print('\t' + ' '.join('0x%04x,' % v for v in values[i:i + 16]))
	print('};\n')


print('/* Made by gb18030.py. */\n#include "base/text_int.h"\n')
put('hg_gb18030_two', [point((lead, trail)) for lead in LEADS for trail in TRAILS])
put('hg_gb18030_four', [point(four(n)) for n in range(FOUR)])
