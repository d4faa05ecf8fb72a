/* A part of the form that begins above the one before it. */
#define NAME "section_order"
#define SECTIONS "who:state more:title"
#include "../plain.h"
