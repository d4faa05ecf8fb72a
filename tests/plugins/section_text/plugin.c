/* A part of the form without a text. */
#define NAME "section_text"
#define SECTIONS "who:title"
#include "../plain.h"
