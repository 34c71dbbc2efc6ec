/* YAML configuration: what loads is read into settings. */
#include "engine/settings.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hg_config *config = NULL;
	struct hg_settings settings = { 0 };
	struct hg_error err = { 0 }, notice = { 0 };
	char *text = strndup((const char *)data, size);
	int r;

	if (text == NULL || hg_settings_schema(&config) < 0)
		abort();
	r = hg_config_load_text(config, "fuzz.yaml", text, &err);
	fuzz_require(r == 0 || err.text[0] != '\0', "refused without a sentence");
	for (size_t i = 0; r == 0 && hg_config_notice(config, i, &notice); i++)
		fuzz_require(notice.text[0] != '\0', "a notice without a sentence");
	if (r == 0 && hg_settings_read(&settings, config, &err) < 0)
		fuzz_require(err.text[0] != '\0', "refused without a sentence");
	hg_settings_close(&settings);
	hg_config_close(config);
	free(text);
	return 0;
}
