#!/usr/bin/env python3
"""Writes the tables of charset.c: charset.py >charset_table.c. Names that mail gives to charsets, what is above ASCII in those of
one byte, and codes of two bytes of those of East Asia."""

ONE = ['cp437', 'cp850', 'cp852', 'cp866', 'cp874', 'cp1250', 'cp1251', 'cp1252', 'cp1253', 'cp1254', 'cp1255', 'cp1256', 'cp1257', 'cp1258',
	'iso8859_2', 'iso8859_3', 'iso8859_4', 'iso8859_5', 'iso8859_6', 'iso8859_7', 'iso8859_8', 'iso8859_9', 'iso8859_10', 'iso8859_13', 'iso8859_14',
	'iso8859_15', 'iso8859_16', 'koi8_r', 'koi8_u', 'mac_roman']
TWO = ['cp950', 'cp949', 'cp932', 'euc_jp']
KINDS = {'ascii': 'BYTES', 'utf_8': 'UTF8', 'utf_7': 'UTF7', 'utf_16': 'UTF16', 'utf_16_be': 'UTF16BE', 'utf_16_le': 'UTF16LE', 'gb18030': 'GB18030',
	'hz': 'HZ', 'iso2022_jp': 'ISO2022JP'}
NAMES = {
	'ascii': 'us-ascii ascii', 'utf_8': 'utf-8 utf8', 'utf_7': 'utf-7 utf7', 'utf_16': 'utf-16', 'utf_16_be': 'utf-16be', 'utf_16_le': 'utf-16le',
	'gb18030': 'gb2312 gbk gb18030 gb-2312 cp936 ms936 windows-936 x-gbk euc-cn gb_2312-80 chinese', 'hz': 'hz-gb-2312 hz',
	'cp950': 'big5 big5-hkscs cp950 x-x-big5', 'cp949': 'euc-kr ks_c_5601-1987 cp949 uhc windows-949', 'cp932': 'shift_jis shift-jis sjis cp932 windows-31j',
	'euc_jp': 'euc-jp', 'iso2022_jp': 'iso-2022-jp iso-2022-jp-ms', 'cp1252': 'windows-1252 cp1252 iso-8859-1 latin1 iso8859-1',
	'cp874': 'windows-874 tis-620 iso-8859-11', 'koi8_r': 'koi8-r', 'koi8_u': 'koi8-u', 'mac_roman': 'macintosh',
}
for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258):
	NAMES['cp%d' % number] = 'windows-%d cp%d' % (number, number)
for number in (437, 850, 852, 866):
	NAMES['cp%d' % number] = 'cp%d ibm%d' % (number, number)
for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16):
	NAMES['iso8859_%d' % number] = 'iso-8859-%d iso8859-%d' % (number, number)


def point(codec, code):
	try:
		text = bytes(code).decode(codec)
	except UnicodeDecodeError:
		return 0
	return ord(text) if len(text) == 1 and ord(text) < 0x10000 else 0


def put(name, values):
	print('\t[%s] = {' % name)
	for i in range(0, len(values), 16):
		print('\t\t' + ' '.join('0x%04x,' % v for v in values[i:i + 16]))
	print('\t},')


def row(codec):
	if codec in KINDS:
		return 'HG_CODES_%s, 0' % KINDS[codec]
	return 'HG_CODES_ONE, %d' % ONE.index(codec) if codec in ONE else 'HG_CODES_TWO, %d' % TWO.index(codec)


print('/* Made by charset.py. */\n#include "base/charset_int.h"\n\nconst uint16_t hg_charset_one[][128] = {')
for i, codec in enumerate(ONE):
	put(i, [point(codec, [c]) for c in range(0x80, 0x100)])
print('};\nconst uint16_t hg_charset_two[][HG_CHARSET_TWO] = {')
for i, codec in enumerate(TWO):
	put(i, [point(codec, [lead, trail]) for lead in range(0x81, 0xff) for trail in range(0x40, 0xff)])
rows = sorted((name, codec) for codec, names in NAMES.items() for name in names.split())
print('};\nconst struct hg_charset_name hg_charset_names[] = {')
for name, codec in rows:
	print('\t{ "%s", %s },' % (name, row(codec)))
print('};\nconst unsigned hg_charset_count = %d;' % len(rows))
