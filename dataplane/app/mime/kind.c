/* What a file really is, by its first bytes, and how those go with its name. */
#include "app/mime/mime_int.h"

#define AT(n, text, kind)                       \
	{                                       \
		n, sizeof(text) - 1, kind, text \
	}

/* The first that fits. */
static const struct {
	uint16_t offset;
	uint8_t len, kind;
	const char *bytes;
} signs[] = {
	AT(0, "MZ", HG_MIME_EXE),
	AT(0,
		"\x7f"
		"ELF",
		HG_MIME_ELF),
	AT(0, "\xcf\xfa\xed\xfe", HG_MIME_MACHO),
	AT(0, "\xce\xfa\xed\xfe", HG_MIME_MACHO),
	AT(0, "L\0\0\0\x01\x14\x02\0", HG_MIME_LNK),
	AT(0, "PK\x03\x04", HG_MIME_ZIP),
	AT(0, "PK\x05\x06", HG_MIME_ZIP),
	AT(0, "Rar!\x1a\x07", HG_MIME_RAR),
	AT(0, "7z\xbc\xaf\x27\x1c", HG_MIME_7Z),
	AT(0, "\x1f\x8b", HG_MIME_GZIP),
	AT(0, "BZh", HG_MIME_BZIP2),
	AT(0,
		"\xfd"
		"7zXZ",
		HG_MIME_XZ),
	AT(0, "\x28\xb5\x2f\xfd", HG_MIME_ZSTD),
	AT(0, "MSCF", HG_MIME_CAB),
	AT(257, "ustar", HG_MIME_TAR),
	AT(0, "ITSF", HG_MIME_CHM),
	AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", HG_MIME_OLE),
	AT(0, "%PDF", HG_MIME_PDF),
	AT(0, "{\\rt", HG_MIME_RTF),
	AT(0, "\xe4\x52\x5c\x7b", HG_MIME_ONENOTE),
	AT(0, "\x78\x9f\x3e\x22", HG_MIME_TNEF),
	AT(0, "\x89PNG", HG_MIME_PNG),
	AT(0, "\xff\xd8\xff", HG_MIME_JPEG),
	AT(0, "GIF8", HG_MIME_GIF),
	AT(0, "#!", HG_MIME_SCRIPT),
};

static const char *const names[HG_MIME_KINDS] = { [HG_MIME_EXE] = "exe",
	[HG_MIME_ELF] = "elf",
	[HG_MIME_MACHO] = "macho",
	[HG_MIME_LNK] = "lnk",
	[HG_MIME_SCRIPT] = "script",
	[HG_MIME_ZIP] = "zip",
	[HG_MIME_RAR] = "rar",
	[HG_MIME_7Z] = "7z",
	[HG_MIME_GZIP] = "gzip",
	[HG_MIME_BZIP2] = "bzip2",
	[HG_MIME_XZ] = "xz",
	[HG_MIME_ZSTD] = "zstd",
	[HG_MIME_CAB] = "cab",
	[HG_MIME_TAR] = "tar",
	[HG_MIME_CHM] = "chm",
	[HG_MIME_OLE] = "ole",
	[HG_MIME_PDF] = "pdf",
	[HG_MIME_RTF] = "rtf",
	[HG_MIME_ONENOTE] = "onenote",
	[HG_MIME_TNEF] = "tnef",
	[HG_MIME_PNG] = "png",
	[HG_MIME_JPEG] = "jpeg",
	[HG_MIME_GIF] = "gif",
	[HG_MIME_OOXML] = "ooxml",
	[HG_MIME_ODF] = "odf",
	[HG_MIME_JAR] = "jar",
	[HG_MIME_APK] = "apk" };

const char *
hg_mime_kind_name(uint8_t kind)
{
	return kind < HG_MIME_KINDS ? names[kind] : NULL;
}

uint8_t
hg_mime_kind_of(struct hg_span head)
{
	for (size_t i = 0; i < HG_COUNT(signs); i++)
		if (hg_span_eq(hg_span_sub(head, signs[i].offset, signs[i].len),
			    hg_span(signs[i].bytes, signs[i].len)))
			return signs[i].kind;
	return HG_MIME_UNKNOWN;
}

bool
hg_mime_is_archive(uint8_t kind)
{
	return kind >= HG_MIME_ZIP && kind <= HG_MIME_TAR;
}

#define BIT(kind) (UINT32_C(1) << (kind))

/* What a name promises. */
static const struct {
	const char *extension;
	uint32_t kinds;
} promises[] = {
	{ "pdf", BIT(HG_MIME_PDF) },
	{ "doc", BIT(HG_MIME_OLE) | BIT(HG_MIME_RTF) | BIT(HG_MIME_OOXML) },
	{ "xls", BIT(HG_MIME_OLE) | BIT(HG_MIME_OOXML) },
	{ "ppt", BIT(HG_MIME_OLE) | BIT(HG_MIME_OOXML) },
	{ "docx", BIT(HG_MIME_OOXML) | BIT(HG_MIME_ZIP) | BIT(HG_MIME_OLE) },
	{ "xlsx", BIT(HG_MIME_OOXML) | BIT(HG_MIME_ZIP) | BIT(HG_MIME_OLE) },
	{ "pptx", BIT(HG_MIME_OOXML) | BIT(HG_MIME_ZIP) | BIT(HG_MIME_OLE) },
	{ "rtf", BIT(HG_MIME_RTF) },
	{ "txt", 0 },
	{ "csv", 0 },
	{ "htm", 0 },
	{ "html", 0 },
	{ "jpg", BIT(HG_MIME_JPEG) },
	{ "jpeg", BIT(HG_MIME_JPEG) },
	{ "png", BIT(HG_MIME_PNG) },
	{ "gif", BIT(HG_MIME_GIF) },
	{ "bmp", 0 },
	{ "zip",
		BIT(HG_MIME_ZIP) | BIT(HG_MIME_OOXML) | BIT(HG_MIME_ODF) | BIT(HG_MIME_JAR) |
			BIT(HG_MIME_APK) },
	{ "rar", BIT(HG_MIME_RAR) },
	{ "7z", BIT(HG_MIME_7Z) },
	{ "gz", BIT(HG_MIME_GZIP) },
};

/* A program under another name always; else one known kind where the name promises another. */
bool
hg_mime_breaks_promise(struct hg_span name, uint8_t kind)
{
	const struct hg_span extension = hg_mime_extension(name);

	if (kind == HG_MIME_UNKNOWN || name.len == 0)
		return false;
	for (size_t i = 0; i < HG_COUNT(promises); i++)
		if (hg_span_eq_nocase(extension, hg_span_str(promises[i].extension)))
			return (promises[i].kinds & BIT(kind)) == 0;
	return (kind == HG_MIME_EXE || kind == HG_MIME_LNK) && extension.len > 0 &&
		!hg_mime_is_program(extension);
}
