/* A part of the form that begins with no field. */
#define NAME "section_field"
#define SECTIONS "who:nobody"
#include "../plain.h"
