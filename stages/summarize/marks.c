#include "stages/summarize/marks.h"

bool
mark_is_stop(uint32_t c)
{
	switch (c) {
	case '.':
	case '!':
	case '?':
	case 0x0589: /* Armenian */
	case 0x061F: /* Arabic ? */
	case 0x06D4: /* Urdu */
	case 0x0964: /* Devanagari danda */
	case 0x0965:
	case 0x104B: /* Myanmar */
	case 0x1362: /* Ethiopic */
	case 0x1367:
	case 0x1368:
	case 0x17D4: /* Khmer */
	case 0x17D5:
	case 0x203C: /* !! */
	case 0x2047:
	case 0x2048:
	case 0x2049:
	case 0x2026: /* ... */
	case 0x3002: /* ideographic */
	case 0xFF01: /* full width ! . ? */
	case 0xFF0E:
	case 0xFF1F:
	case 0xFF61: return true;
	default: return false;
	}
}

bool
mark_is_wide_stop(uint32_t c)
{
	switch (c) {
	case 0x104B:
	case 0x1362:
	case 0x1367:
	case 0x1368:
	case 0x3002:
	case 0xFF01:
	case 0xFF0E:
	case 0xFF1F:
	case 0xFF61: return true;
	default: return false;
	}
}

bool
mark_is_stop_of(uint32_t c, uint32_t before)
{
	if (c == ':')
		return before >= 0x531 && before <= 0x586; /* Armenian */
	if (c == ';')
		return (before >= 0x386 && before <= 0x3CE) ||
		       (before >= 0x1F00 && before <= 0x1FFF);
	return false;
}

bool
mark_is_closer(uint32_t c)
{
	switch (c) {
	case '"':
	case '\'':
	case ')':
	case ']':
	case '}':
	case 0xBB:   /* >> */
	case 0x2019: /* single quote */
	case 0x201D: /* double quote */
	case 0x203A: /* > */
	case 0x300B:
	case 0x300D:
	case 0x300F:
	case 0x3011:
	case 0xFF09: return true;
	default: return false;
	}
}

bool
mark_is_opener(uint32_t c)
{
	switch (c) {
	case '"':
	case '\'':
	case '(':
	case '[':
	case '{':
	case '-':
	case 0xA1: /* inverted ! */
	case 0xAB: /* << */
	case 0xBF: /* inverted ? */
	case 0x2013:
	case 0x2014:
	case 0x2018:
	case 0x201C:
	case 0x201E:
	case 0x2022: /* bullet */
	case 0x2039:
	case 0x2043:
	case 0x300A:
	case 0x300C:
	case 0x300E:
	case 0x3010:
	case 0xFF08: return true;
	default: return false;
	}
}
